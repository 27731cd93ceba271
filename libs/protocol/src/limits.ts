/** What one frame may be. */
export interface FrameLimits {
  /** Longest frame in bytes, its newline not counted. Inclusive. */
  readonly maxFrameBytes: number;
  /** Deepest nesting of arrays and objects over the whole frame, the envelope's own object counted. Inclusive. */
  readonly maxJsonDepth: number;
}

/** What one request envelope may hold. All inclusive. */
export interface EnvelopeLimits extends FrameLimits {
  /** Longest `ipcReqID`, as UTF-8 bytes of the string. */
  readonly maxIdBytes: number;
  /** Longest `uri`, as UTF-8 bytes. */
  readonly maxUriBytes: number;
  /** How much of a `userAgent` is used in stats and logs; a longer one is cut there, the request is served. */
  readonly maxUserAgentBytes: number;
  /** Longest `meta` (version 2), as bytes of its JSON text. */
  readonly maxMetaBytes: number;
}

/** The limits both ends start from. */
export const DEFAULT_LIMITS: EnvelopeLimits = Object.freeze({
  // 16 MiB: the original's largest documented message is 1 MB; a bigger one wants a file and a path.
  maxFrameBytes: 16 * 1024 * 1024,
  // 512: what PHP's json_decode takes; V8's JSON.stringify overflows its stack at a few thousand.
  maxJsonDepth: 512,
  // Ids are a client's counter; 256 leaves room for a prefix and a UUID.
  maxIdBytes: 256,
  // A URI names an endpoint, it carries no data.
  maxUriBytes: 2_048,
  maxUserAgentBytes: 256,
  maxMetaBytes: 8 * 1024,
});
