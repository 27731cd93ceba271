import { ESCAPE_SCAN_CODE } from './escape-scan-code';

/** The least that is looked at, one vector. */
const MIN_CHARS = 16;
/** One page of WebAssembly memory, where text is looked at. */
const PAGE_CHARS = 64 * 1024;
/** Text with escapes mostly has one early on. */
const HEAD_CHARS = 512;

/** From this V8 on `JSON.stringify` looks for escapes in sixteen bytes at a time itself. */
const VECTORISED_V8 = { major: 13, minor: 8 };

/** Node.js has it, its types without those of browsers do not. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface ScanExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly isPlain: (length: number) => number;
}

/**
 * Tells whether JSON writes text as it is, several times as fast as `JSON.stringify` of a V8 that reads a character at a
 * time. Made of some 200 bytes of WebAssembly when it is first asked.
 */
export class EscapeScan {
  readonly #code: string;
  /** Undefined: nobody has asked. Null: this process has no WebAssembly, or none with vectors. */
  #scan: { readonly memory: Buffer; readonly isPlain: ScanExports['isPlain'] } | null | undefined;

  /** @param code Base64 of the module. */
  constructor(code = ESCAPE_SCAN_CODE) {
    this.#code = code;
  }

  /** Whether it gains anything over a V8 of that version. */
  static pays(v8Version: string): boolean {
    const [major = 0, minor = 0] = v8Version.split('.').map(Number);
    return major < VECTORISED_V8.major || (major === VECTORISED_V8.major && minor < VECTORISED_V8.minor);
  }

  /** Whether the JSON text of `text` is itself between quotes; false also where that cannot be found out. */
  isPlain(text: string): boolean {
    this.#scan ??= this.#load();
    const scan = this.#scan;
    const { length } = text;
    if (scan === null || length < MIN_CHARS) return false;
    if (length > 4 * HEAD_CHARS && !isPlainPart(scan, text.slice(0, HEAD_CHARS))) return false;
    if (length <= PAGE_CHARS) return isPlainPart(scan, text) && text.isWellFormed();
    for (let at = 0; at < length; at += PAGE_CHARS) {
      // A last page that is as long as the others overlaps the one before.
      const start = Math.min(at, length - PAGE_CHARS);
      if (!isPlainPart(scan, text.slice(start, start + PAGE_CHARS))) return false;
    }
    return text.isWellFormed();
  }

  #load(): { readonly memory: Buffer; readonly isPlain: ScanExports['isPlain'] } | null {
    try {
      const module = new WebAssembly.Module(Buffer.from(this.#code, 'base64'));
      const { memory, isPlain } = new WebAssembly.Instance(module).exports as ScanExports;
      return { memory: Buffer.from(memory.buffer), isPlain };
    } catch {
      // Switched off (`--jitless`), or a processor without vectors: JSON.stringify does the same.
      return null;
    }
  }
}

function isPlainPart(
  { memory, isPlain }: { readonly memory: Buffer; readonly isPlain: ScanExports['isPlain'] },
  part: string,
): boolean {
  // What is not Latin-1 is looked at by its low bytes: some of it seems to need an escape, which does no harm.
  memory.write(part, 0, 'latin1');
  return isPlain(part.length) === 1;
}
