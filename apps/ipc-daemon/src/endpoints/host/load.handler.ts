import { handle } from '@pixl-ipc/server';
import { measureLoad } from './measure-load.js';
import contract from './load.contract.js';

export default handle(contract, measureLoad);
