import { handle } from '@pixl-ipc/server';
import contract from './hello.contract.js';

export default handle(contract, ({ name }) => ({ hello: name }));
