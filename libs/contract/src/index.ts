export { canonicalJson } from './canonical-json';
export { compareContracts } from './compatibility/compare-contracts';
export type { Finding } from './compatibility/finding';
export { ContractError } from './contract-error';
export type { ContractProblem } from './contract-error';
export { contractHash } from './contract-hash';
export { fromJsonSchema } from './contract-schema';
export type { ContractSchema, JsonSchemaError, SchemaInput, SchemaOutput } from './contract-schema';
export type { ContractDocument, DocumentedEndpoint, Service } from './document/contract-document';
export { contractDocument } from './document/document-builder';
export type { ContractDocumentOptions } from './document/document-builder';
export { endpointHash } from './document/endpoint-hash';
export { parseContractDocument, serializeContractDocument } from './document/serialization';
export type { AnyDeclaredError, DeclaredError, DeclaredErrors, ErrorSchemas } from './endpoint/declared-error';
export { endpoint } from './endpoint/endpoint';
export type { AnyEndpoint, Endpoint, EndpointDefinition, RequestData, ResponseInput } from './endpoint/endpoint';
export type { EndpointReference, RequestInput, ResponseData } from './endpoint/endpoint-reference';
export type { DeclaredErrorCode, ErrorName } from './endpoint/error-code';
export { assertDistinctUris, assertEndpointUri, isReservedUri, normalizeEndpointUri } from './endpoint-uri';
export type { EndpointUri } from './endpoint-uri';
export type {
  ArraySchema,
  BooleanSchema,
  MapSchema,
  NullSchema,
  NumberSchema,
  ObjectSchema,
  Schema,
  SchemaDocs,
  StringSchema,
  TypeReference,
  UnionSchema,
  UnknownSchema,
} from './schema/schema';
export type {
  StandardIssue,
  StandardJsonSchemaConverter,
  StandardResult,
  StandardSchema,
  StandardSchemaProps,
} from './standard-schema';
export type { ValidationIssue } from './validation/issue';
export { validate } from './validation/validate';
export type { Validation } from './validation/validate';
