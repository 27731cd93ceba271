import { jsonText } from './json-text';

/**
 * Requests of one client → frames (version 1). What every request repeats is serialised once.
 *
 * @param claim What the client says of itself; a server shows it in logs and never trusts it.
 */
export function createRequestSerializer(claim: {
  readonly pid: number;
  readonly userAgent: string;
}): (id: string, uri: string, data: unknown) => string {
  const tail = `,"pid":${claim.pid},"userAgent":${JSON.stringify(claim.userAgent.toWellFormed())}}\n`;
  return (id, uri, data) => {
    const text = jsonText(data);
    const head = `{"ipcReqID":${JSON.stringify(id)},"uri":${JSON.stringify(uri.toWellFormed())}`;
    return text === undefined ? head + tail : `${head},"data":${text}${tail}`;
  };
}
