import { concatBytes, equalBytes, ok, type Result } from '@ply/bytes'
import { musigNonceAgg, type MusigViolation, type SessionContext } from '@ply/crypto'
import { computeTaprootSighash, SIGHASH_DEFAULT } from '@ply/script'
import { INPUT } from '../fieldType.ts'
import type { Psbt } from '../psbt.ts'
import { type PsbtMap, psbtEntries, psbtUint32 } from '../psbtMap.ts'
import { psbtSighashCache } from '../psbtSighashCache.ts'
import type { SharedKey } from './sharedKey.ts'

/** The fields of BIP 373 that each participant contributes. */
export type ContributionType = typeof INPUT.musig2PublicNonce | typeof INPUT.musig2PartialSig

/** BIP 373: whose contribution it is, for which key, in which leaf. */
export const contributionKey = (participant: Uint8Array, { plainKey, leafHash }: SharedKey): Uint8Array =>
  concatBytes(participant, plainKey, leafHash)

/** What one participant gave. */
export function findContribution(
  map: PsbtMap,
  type: ContributionType,
  shared: SharedKey,
  participant: Uint8Array,
): Uint8Array | undefined {
  const key = contributionKey(participant, shared)
  return psbtEntries(map, type).find(({ keyData }) => equalBytes(keyData, key))?.value
}

/** What all participants gave, in their order; undefined while one has not. */
export function allContributions(
  map: PsbtMap,
  type: ContributionType,
  shared: SharedKey,
): readonly Uint8Array[] | undefined {
  const found = shared.participants.map((participant) => findContribution(map, type, shared, participant))
  const given = found.filter((value) => value !== undefined)
  return given.length === found.length ? given : undefined
}

/** The sighash type that all participants sign with. */
export const sharedSighashType = (map: PsbtMap): number => psbtUint32(map, INPUT.sighashType) ?? SIGHASH_DEFAULT

/** The hash that a shared key signs; undefined where an output that is spent is not known, or for no sighash type. */
export function sharedMessage(psbt: Psbt, index: number, { leafHash }: SharedKey): Uint8Array | undefined {
  const { spent, cache } = psbtSighashCache(psbt)
  // BIP 341 signs the outputs that all inputs spend.
  if (spent.includes(undefined)) return undefined
  const hashType = sharedSighashType(psbt.inputs[index]!)
  const request = { inputIndex: index, hashType, ...(leafHash.length > 0 ? { leafHash } : {}) }
  return computeTaprootSighash(cache, request)
}

/**
 * BIP 327's session of those who share a key, once every nonce is there. Violation: `invalid-contribution` (pubnonce)
 * of the participant at that place.
 */
export function createSession(
  { participants, tweaks }: SharedKey,
  publicNonces: readonly Uint8Array[],
  message: Uint8Array,
): Result<SessionContext, MusigViolation> {
  const aggregateNonce = musigNonceAgg(publicNonces)
  if (!aggregateNonce.ok) return aggregateNonce
  return ok({ aggregateNonce: aggregateNonce.value, publicKeys: participants, tweaks, message })
}
