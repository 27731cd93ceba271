export { createCredentialSource, credentialsAvailable, kernelCredentials, peerCredentials } from './credentials';
export type { CredentialSource, PeerCredentials } from './credentials';
