export {
  createInitiator,
  createResponder,
  type Handshake,
  type HandshakeKeys,
  type HandshakeResult,
  type HandshakeStep,
} from './handshake.ts'
export { CipherSession, type SessionKeys } from './cipherSession.ts'
export type { TransportViolation } from './violation.ts'
