/** escape-scan.wat, assembled. The spec assembles it again and tells what has to stand here. */
export const ESCAPE_SCAN_CODE =
  'AGFzbQEAAAABBgFgAX8BfwMCAQAFAwEAAQcUAgZtZW1vcnkCAAdpc1BsYWluAAAKiQEBhgECAn8CeyAAQRBrIQIDQCAB/QAEACEDIAQgA/0MICAgICAgICAgICAgICAgIP0m/VAgA/0MIiIiIiIiIiIiIiIiIiIiIv0jIAP9DFxcXFxcXFxcXFxcXFxcXFz9I/1Q/VAhBCABIAJJBEAgAUEQaiEBIAEgAksEQCACIQELDAELCyAE/VNFCw==';
