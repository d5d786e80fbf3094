export { HOP_PAYLOADS_SIZE, decodeOnionPacket, encodeOnionPacket, type OnionPacket } from './sphinx/packet.ts'
export {
  createOnion,
  type CreatedOnion,
  type CreateOnionViolation,
  type OnionHop,
  type OnionPlan,
} from './sphinx/createOnion.ts'
export { peelOnion, type BadOnion, type PeeledOnion, type PeelInput, type PeelViolation } from './sphinx/peelOnion.ts'
export { computeSharedSecrets } from './sphinx/sharedSecret.ts'
export {
  checkFinalPayload,
  checkForwardPayload,
  decodePayload,
  encodePayload,
  type FinalPayload,
  type ForwardPayload,
  type HopPayload,
  type PayloadViolation,
} from './payload/payload.ts'
export {
  BADONION,
  failureCode,
  failureNameOf,
  FAILURES,
  isBadOnion,
  isNodeFailure,
  isPermanentFailure,
  NODE,
  PERM,
  UPDATE,
  type Failure,
  type FailureFields,
  type FailureName,
  type UnknownFailure,
} from './failure/codes.ts'
export { decodeFailure, encodeFailure } from './failure/message.ts'
export { createFailurePacket, unwrapFailurePacket, wrapFailurePacket, type UnwrappedFailure } from './failure/packet.ts'
