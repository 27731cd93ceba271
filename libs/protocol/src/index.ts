export { DeadlineWheel, noDeadline } from './deadline';
export type { DeadlineEntry } from './deadline';
export { DEFAULT_LIMITS } from './limits';
export type { EnvelopeLimits, FrameLimits } from './limits';
export { BlockList } from './frame/block-list';
export { BlockPool } from './frame/block-pool';
export { FrameBatch } from './frame/frame-batch';
export { FrameDecoder } from './frame/frame-decoder';
export type { FrameFault } from './frame/frame-decoder';
export { exceedsDepth } from './frame/json-depth';
export { TEXT_CHARS, writeBlocks } from './frame/text-writing';
export { DEFAULT_CREDIT, MAX_CREDIT } from './envelope/call-terms';
export type { CallTerms } from './envelope/call-terms';
export { createRequestSerializer, createTermedRequestSerializer } from './envelope/client-request';
export type { ClientClaim, RequestTerms } from './envelope/client-request';
export { CANCEL_URI, CREDIT_URI, isControl, parseControl } from './envelope/control';
export type { Control } from './envelope/control';
export { jsonText, noJsonForm } from './envelope/json-text';
export { MessageFault } from './envelope/message';
export type { Message } from './envelope/message';
export {
  parseReply,
  serializeError,
  serializeGoAway,
  serializeRefusal,
  serializeItem,
  serializeReply,
} from './envelope/reply';
export type { ReplyEnvelope, ReplyHead } from './envelope/reply';
export { mayBeVersion2, parseRequest, RequestFault, requestFaultOf, requestHead } from './envelope/request';
export type { RequestEnvelope } from './envelope/request';
export type { ProtocolVersion, RequestId } from './envelope/version';
export { ERROR_CODES, isErrorCode } from './errors/error-code';
export type { ErrorCode } from './errors/error-code';
export { FaultLog } from './errors/fault-log';
export type { FaultLogOptions, LogSink } from './errors/fault-log';
export type { IpcErrorDetails, IpcErrorKind, IpcErrorOf } from './errors/error-kind';
export { IpcError, isIpcError } from './errors/ipc-error';
export type { IpcErrorOptions } from './errors/ipc-error';
export { nearestName } from './errors/nearest-name';
export { printableText } from './errors/printable-text';
export { toWireError } from './errors/wire-error';
export type { WireError } from './errors/wire-error';
export type { Transport } from './transport';
export type { CallEvent, ClientCallEvent, ServerCallEvent, Surrounding } from './trace/call-event';
export { CallTrace, clientCalls, serverCalls } from './trace/call-trace';
export type { CallChannel, CallChannels, CallSubscribers } from './trace/call-trace';
export type { CallEnd, StartedEvent } from './trace/call-trace';
