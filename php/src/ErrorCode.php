<?php

declare(strict_types=1);

namespace PixlIpc;

/**
 * The closed set of the protocol's own error codes. Errors that a contract declares (`orders.sold_out`) stand beside
 * these. A test holds the list against the protocol library's table.
 *
 * @see docs/protocol.md#errors
 */
enum ErrorCode: string
{
    /** The request has no uri. */
    case NoUri = 'no_uri';
    /** No handler is registered for the uri. */
    case NoHandlerFound = 'no_handler_found';
    /** The line is not JSON in well-formed UTF-8. */
    case ParseError = 'parse_error';
    /** The envelope is wrong: no object, too deep, or a field of the wrong type or over its limit. */
    case InvalidRequest = 'invalid_request';
    /** The data does not fit the contract of the endpoint. */
    case InvalidArgument = 'invalid_argument';
    /** A frame is over its limit. */
    case MessageTooLarge = 'message_too_large';
    /** The call was not answered in time. */
    case DeadlineExceeded = 'deadline_exceeded';
    /** The caller gave the call up. */
    case Cancelled = 'cancelled';
    /** The peer may not do this. */
    case PermissionDenied = 'permission_denied';
    /** A limit of the server or the client is reached; try again later. */
    case ResourceExhausted = 'resource_exhausted';
    /** Nobody could serve the call: no connection, a lost one, or a draining server. */
    case Unavailable = 'unavailable';
    /** A streaming endpoint was called without more. */
    case ExpectedMore = 'expected_more';
    /** The handler failed. */
    case Internal = 'internal';
}
