export { canonicalJson } from './canonical-json';
export { contractHash } from './contract-hash';
export { assertDistinctUris, assertEndpointUri, isReservedUri, normalizeEndpointUri } from './endpoint-uri';
export type { EndpointUri } from './endpoint-uri';
