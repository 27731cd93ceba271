/** A class, interface or enum of PHP by its full name. */
export interface PhpClass {
  /** `App\Ipc\Orders`, without a backslash before or after; empty for what PHP brings along. */
  readonly namespace: string;
  readonly name: string;
}

/** The classes of the Composer package that generated code builds on, by their full names. */
export const LIBRARY = {
  Client: { namespace: 'PixlIpc', name: 'Client' },
  ClientOptions: { namespace: 'PixlIpc', name: 'ClientOptions' },
  Transport: { namespace: 'PixlIpc', name: 'Transport' },
  ConnectException: { namespace: 'PixlIpc\\Exception', name: 'ConnectException' },
  DecodeException: { namespace: 'PixlIpc\\Exception', name: 'DecodeException' },
  IpcException: { namespace: 'PixlIpc\\Exception', name: 'IpcException' },
  RemoteException: { namespace: 'PixlIpc\\Exception', name: 'RemoteException' },
  Absent: { namespace: 'PixlIpc\\Json', name: 'Absent' },
  Decode: { namespace: 'PixlIpc\\Json', name: 'Decode' },
  Encode: { namespace: 'PixlIpc\\Json', name: 'Encode' },
  FakeTransport: { namespace: 'PixlIpc\\Testing', name: 'FakeTransport' },
} as const satisfies Record<string, PhpClass>;
