export { transition } from './transition.ts'
export { awaitChannel, openChannel, type OpenRequest } from './open.ts'
export type { ChannelParameters, ChannelPublicKeys, CommitmentFormat, Side } from './parameters.ts'
export type { ChannelSigner, SigningKey } from './keys/signer.ts'
export { createSeedSigner } from './keys/seedSigner.ts'
export type { ChannelEnv, ChannelPolicy, Feerates } from './env.ts'
export { DEFAULT_POLICY } from './policy.ts'
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
export { computeAvailableToSend, computeBalance, type ChannelBalance } from './balance.ts'
export { computeClosingBalance } from './onchain/closingBalance.ts'
export { unansweredHtlcs } from './commitment/views.ts'
export { ANCHOR_WITNESS_WEIGHT, createAnchorWitness } from './onchain/anchorSpend.ts'
export { fundingScript } from './transactions/scripts.ts'
export { fundingOutput } from './funding/initialCommitment.ts'
export {
  FAIL_BACK_BLOCKS,
  FULFILL_DEADLINE_BLOCKS,
  MIN_FINAL_CLTV_EXPIRY_DELTA,
  OFFERED_GRACE_BLOCKS,
} from './htlc/deadline.ts'
export { decodeHtlcRecord, decodeState, encodeHtlcRecord, encodeState } from './codec/v1.ts'
