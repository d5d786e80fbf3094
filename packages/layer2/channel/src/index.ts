export type { ChannelParameters, ChannelPublicKeys, CommitmentFormat, Side } from './parameters.ts'
export type { ChannelSigner, SigningKey } from './keys/signer.ts'
export type { ChannelEnv, ChannelPolicy, Feerates } from './env.ts'
export type * from './state.ts'
export { channelOf, restingState, restoredState } from './state.ts'
export type { BlockTransaction, ChannelEvent } from './event.ts'
export type * from './effect.ts'
export type { ChannelViolation, ChannelViolationCode } from './violation.ts'
export type {
  Commitments,
  CommitmentSpec,
  Htlc,
  LocalCommit,
  NextRemoteCommit,
  RemoteCommit,
  Update,
} from './commitment/commitments.ts'
