import { projectTests } from '../../vitest.shared.mts';

export default projectTests('ts-consumer');
