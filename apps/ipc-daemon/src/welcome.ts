/** What the daemon prints when it accepts: where it is, and commands to paste into another terminal. */
export function welcome(socketPath: string): string {
  const call = (uri: string, data: string, version = ''): string => {
    const request = `{${version}ipcReqID:1,uri:'${uri}',data:${data}}`;
    return `node -e "require('net').connect('${socketPath}').end(JSON.stringify(${request})+'\\n').pipe(process.stdout)"`;
  };
  return `
ipc-daemon is listening on ${socketPath}

Call it from another terminal:
  ${call('/greetings/hello', "{name:'Ada'}")}
  ${call('/host/load', '{}')}
  ${call('/host/watch', '{everyMs:500,times:3}', 'v:2,more:true,')}
  ${call('/ipcserver/test/echo', '[1,2,3]')}
  php -r '$s = stream_socket_client("unix://${socketPath}"); fwrite($s, json_encode(["ipcReqID" => 1, "uri" => "/greetings/hello", "data" => ["name" => "Ada"]]) . "\\n"); echo fgets($s);'

Stop with Ctrl-C: requests in flight are finished first.
`;
}
