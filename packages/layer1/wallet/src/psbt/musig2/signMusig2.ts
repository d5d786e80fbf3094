import { bytesToHex } from '@ply/bytes'
import { musigNonceGen, musigSign } from '@ply/crypto'
import type { Entropy } from '@ply/ports'
import { classifyOutput } from '@ply/script'
import { INPUT } from '../fieldType.ts'
import type { SigningKey } from '../../sign/produceScripts.ts'
import { restrictModifiable } from '../modifiable.ts'
import { type Psbt, psbtPrevout } from '../psbt.ts'
import { setPsbtEntry } from '../psbtMap.ts'
import { WHOLE_TRANSACTION } from '../signPsbt.ts'
import { updatePsbtInput } from '../updatePsbt.ts'
import type { NoncePurpose, SecretNonces } from './secretNonces.ts'
import {
  allContributions,
  contributionKey,
  type ContributionType,
  createSession,
  findContribution,
  sharedMessage,
  sharedSighashType,
} from './session.ts'
import { inputSharedKeys, type SharedKey } from './sharedKey.ts'

export interface Musig2Signer {
  readonly keys: readonly Required<SigningKey>[]
  /** Those of this signer's sessions, from the call that adds nonces to the one that signs. */
  readonly secretNonces: SecretNonces
  readonly entropy: Entropy
  /** Sighash types that may be asked for; by default only the whole transaction. */
  readonly acceptedHashTypes?: readonly number[]
}

/** A participant that the signer can sign as. */
interface OwnKey {
  readonly participant: Uint8Array
  readonly secretKey: Uint8Array
}

/** What is to be signed for a shared key of an input, and as whom. */
interface Task {
  readonly index: number
  readonly shared: SharedKey
  readonly message: Uint8Array
  readonly own: readonly OwnKey[]
}

const purposeOf = ({ shared: { plainKey }, message }: Task, { participant }: OwnKey): NoncePurpose => ({
  participant,
  plainKey,
  message,
})

function addContribution(
  psbt: Psbt,
  { index, shared }: Task,
  { type, participant, value }: { type: ContributionType; participant: Uint8Array; value: Uint8Array },
): Psbt {
  const entry = { type, keyData: contributionKey(participant, shared), value }
  return updatePsbtInput(psbt, index, (map) => setPsbtEntry(map, entry))
}

/** BIP 327's NonceGen for every own key that has given none; its secret half waits for the others' nonces. */
function addNonces(psbt: Psbt, task: Task, { secretNonces, entropy }: Musig2Signer): Psbt {
  const { index, shared, message, own } = task
  let next = psbt
  for (const key of own) {
    const { participant, secretKey } = key
    if (findContribution(psbt.inputs[index]!, INPUT.musig2PublicNonce, shared, participant)) continue
    const aggregateKey = shared.plainKey.subarray(1)
    const nonce = musigNonceGen({ publicKey: participant, secretKey, aggregateKey, message }, entropy)
    secretNonces.keep(purposeOf(task, key), nonce)
    const value = nonce.publicNonce
    next = addContribution(next, task, { type: INPUT.musig2PublicNonce, participant, value })
  }
  return next
}

/** BIP 327's Sign for every own key whose secret nonce waits for just this; the PSBT as it was without any. */
function addPartialSignatures(psbt: Psbt, task: Task, { secretNonces }: Musig2Signer): Psbt {
  const { index, shared, message, own } = task
  const publicNonces = allContributions(psbt.inputs[index]!, INPUT.musig2PublicNonce, shared)
  const session = publicNonces && createSession(shared, publicNonces, message)
  // No secret nonce is touched for a session that somebody has spoiled.
  if (!session?.ok) return psbt
  let next = psbt
  for (const key of own) {
    const { participant, secretKey } = key
    const publicNonce = findContribution(psbt.inputs[index]!, INPUT.musig2PublicNonce, shared, participant)
    const secretNonce = publicNonce && secretNonces.take(purposeOf(task, key), publicNonce)
    const signature = secretNonce && musigSign(secretNonce, secretKey, session.value)
    if (!signature?.ok) continue
    next = addContribution(next, task, { type: INPUT.musig2PartialSig, participant, value: signature.value })
  }
  if (next === psbt || psbt.version !== 2) return next
  return { ...next, global: restrictModifiable(next.global, sharedSighashType(psbt.inputs[index]!)) }
}

const isBeingSigned = (psbt: Psbt, { index, shared }: Task): boolean =>
  shared.participants.some((participant) =>
    findContribution(psbt.inputs[index]!, INPUT.musig2PartialSig, shared, participant),
  )

/** The participants of a shared key that secret keys belong to. */
function ownKeys({ participants }: SharedKey, secrets: ReadonlyMap<string, Uint8Array>): readonly OwnKey[] {
  const found = new Map(participants.map((participant) => [bytesToHex(participant), participant]))
  return [...found].flatMap(([id, participant]) => {
    const secretKey = secrets.get(id)
    return secretKey ? [{ participant, secretKey }] : []
  })
}

/** One round for one shared key: partial signatures if it is time for them, else nonces. */
function signShared(psbt: Psbt, task: Task, signer: Musig2Signer): Psbt {
  const signed = addPartialSignatures(psbt, task, signer)
  // Where others sign already, a new nonce comes too late.
  return isBeingSigned(signed, task) ? signed : addNonces(signed, task, signer)
}

/**
 * BIP 373's Signer for one input and every aggregate key that can sign for it. A first call adds public nonces; one
 * with the nonces of all participants adds partial signatures. What cannot be signed (yet), or is to be signed with a
 * sighash type that is not accepted, stays as it is.
 */
export function signMusig2Input(psbt: Psbt, index: number, signer: Musig2Signer): Psbt {
  const map = psbt.inputs[index]
  const prevout = psbtPrevout(psbt, index)
  const output = prevout && classifyOutput(prevout.scriptPubKey)
  if (!map || output?.type !== 'witness_v1_taproot') return psbt
  if (!(signer.acceptedHashTypes ?? WHOLE_TRANSACTION).includes(sharedSighashType(map))) return psbt
  const secrets = new Map(signer.keys.map(({ publicKey, secretKey }) => [bytesToHex(publicKey), secretKey]))
  let next = psbt
  for (const shared of inputSharedKeys(map, output.program)) {
    const own = ownKeys(shared, secrets)
    const message = own.length > 0 ? sharedMessage(psbt, index, shared) : undefined
    if (message) next = signShared(next, { index, shared, message, own }, signer)
  }
  return next
}
