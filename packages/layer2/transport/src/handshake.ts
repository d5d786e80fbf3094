import { assert, concatBytes, err, ok, type Result } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { ByteQueue } from './byteQueue.ts'
import { CipherSession } from './cipherSession.ts'
import { HandshakeState, isCompressedPoint } from './handshakeState.ts'
import type { TransportViolation } from './violation.ts'

const VERSION = 0
const NOTHING = new Uint8Array(0)
const KEY_SIZE = 33
const TAG_SIZE = 16
const ACT_ONE_SIZE = 1 + KEY_SIZE + TAG_SIZE
const ACT_TWO_SIZE = ACT_ONE_SIZE
const ACT_THREE_SIZE = 1 + KEY_SIZE + TAG_SIZE + TAG_SIZE

/** What a step of the handshake gives: bytes for the peer, and when it is over the session and the peer's key. */
export interface HandshakeStep {
  readonly bytesToSend: Uint8Array
  readonly done?: {
    readonly session: CipherSession
    readonly remoteStaticKey: Uint8Array
    readonly early: Uint8Array[]
  }
}

export type HandshakeResult = Result<HandshakeStep, TransportViolation>

/** One side of a BOLT 8 handshake (Noise XK). Bytes may come in pieces of any size. */
export interface Handshake {
  /** What to send before anything was received: act one of the initiator, nothing of the responder. */
  readonly bytesToSend: Uint8Array
  /**
   * Takes bytes of the peer. Once `done` is there, later bytes go to its session; messages that came in the same piece
   * are in `early`. A violation means: close the connection.
   */
  onBytes(chunk: Uint8Array): HandshakeResult
}

export interface HandshakeKeys {
  /** Our node's secret key. */
  readonly localStaticSecret: Uint8Array
  /** 32 fresh random bytes, for this connection only. */
  readonly ephemeralSecret: Uint8Array
}

function publicKey(secret: Uint8Array): Uint8Array {
  const key = publicKeyFromSecret(secret)
  assert(key !== undefined, 'secret key out of range')
  return key
}

const NOT_YET: HandshakeResult = ok({ bytesToSend: NOTHING })

function finish(
  queue: ByteQueue,
  {
    session,
    remoteStaticKey,
    bytesToSend,
  }: { session: CipherSession; remoteStaticKey: Uint8Array; bytesToSend: Uint8Array },
): HandshakeResult {
  const early = session.feed(queue.take(queue.length) ?? NOTHING)
  return early.ok ? ok({ bytesToSend, done: { session, remoteStaticKey, early: early.value } }) : early
}

/** The side that opened the connection and knows whom it wants to reach. `remoteStaticKey` must be a valid key. */
export function createInitiator(keys: HandshakeKeys & { readonly remoteStaticKey: Uint8Array }): Handshake {
  const { localStaticSecret, ephemeralSecret, remoteStaticKey } = keys
  const state = new HandshakeState(remoteStaticKey)
  const queue = new ByteQueue()
  const ephemeral = publicKey(ephemeralSecret)
  let failed: TransportViolation | undefined

  state.mixHash(ephemeral)
  state.mixKey(ephemeralSecret, remoteStaticKey)
  const actOne = concatBytes(Uint8Array.of(VERSION), ephemeral, state.encryptAndHash(NOTHING, 0))

  const actTwo = (act: Uint8Array): HandshakeResult => {
    if (act[0] !== VERSION) return err('act2-bad-version')
    const remoteEphemeral = act.subarray(1, 1 + KEY_SIZE)
    if (!isCompressedPoint(remoteEphemeral)) return err('act2-bad-pubkey')
    state.mixHash(remoteEphemeral)
    state.mixKey(ephemeralSecret, remoteEphemeral)
    if (!state.decryptAndHash(act.subarray(1 + KEY_SIZE), 0)) return err('act2-bad-tag')

    const sealedKey = state.encryptAndHash(publicKey(localStaticSecret), 1)
    state.mixKey(localStaticSecret, remoteEphemeral)
    const tag = state.encryptAndHash(NOTHING, 0)
    const { initiatorKey, responderKey, chainingKey } = state.split()
    const session = new CipherSession({ sendingKey: initiatorKey, receivingKey: responderKey, chainingKey })
    const bytesToSend = concatBytes(Uint8Array.of(VERSION), sealedKey, tag)
    return finish(queue, { session, remoteStaticKey, bytesToSend })
  }

  return {
    bytesToSend: actOne,
    onBytes: (chunk) => {
      if (failed) return err(failed)
      queue.push(chunk)
      const act = queue.take(ACT_TWO_SIZE)
      if (!act) return NOT_YET
      const result = actTwo(act)
      if (!result.ok) failed = result.error
      return result
    },
  }
}

/** The side that accepted the connection; it learns in act three who called. */
export function createResponder({ localStaticSecret, ephemeralSecret }: HandshakeKeys): Handshake {
  const state = new HandshakeState(publicKey(localStaticSecret))
  const queue = new ByteQueue()
  let failed: TransportViolation | undefined
  let expected: 'act one' | 'act three' = 'act one'

  const actOne = (act: Uint8Array): HandshakeResult => {
    if (act[0] !== VERSION) return err('act1-bad-version')
    const remoteEphemeral = act.subarray(1, 1 + KEY_SIZE)
    if (!isCompressedPoint(remoteEphemeral)) return err('act1-bad-pubkey')
    state.mixHash(remoteEphemeral)
    state.mixKey(localStaticSecret, remoteEphemeral)
    if (!state.decryptAndHash(act.subarray(1 + KEY_SIZE), 0)) return err('act1-bad-tag')

    const ephemeral = publicKey(ephemeralSecret)
    state.mixHash(ephemeral)
    state.mixKey(ephemeralSecret, remoteEphemeral)
    return ok({ bytesToSend: concatBytes(Uint8Array.of(VERSION), ephemeral, state.encryptAndHash(NOTHING, 0)) })
  }

  const actThree = (act: Uint8Array): HandshakeResult => {
    if (act[0] !== VERSION) return err('act3-bad-version')
    const remoteStaticKey = state.decryptAndHash(act.subarray(1, 1 + KEY_SIZE + TAG_SIZE), 1)
    if (!remoteStaticKey) return err('act3-bad-ciphertext')
    if (!isCompressedPoint(remoteStaticKey)) return err('act3-bad-pubkey')
    state.mixKey(ephemeralSecret, remoteStaticKey)
    if (!state.decryptAndHash(act.subarray(1 + KEY_SIZE + TAG_SIZE), 0)) return err('act3-bad-tag')
    const { initiatorKey, responderKey, chainingKey } = state.split()
    const session = new CipherSession({ sendingKey: responderKey, receivingKey: initiatorKey, chainingKey })
    return finish(queue, { session, remoteStaticKey, bytesToSend: NOTHING })
  }

  return {
    bytesToSend: NOTHING,
    onBytes: (chunk) => {
      if (failed) return err(failed)
      queue.push(chunk)
      const act = queue.take(expected === 'act one' ? ACT_ONE_SIZE : ACT_THREE_SIZE)
      if (!act) return NOT_YET
      const result = expected === 'act one' ? actOne(act) : actThree(act)
      if (!result.ok) failed = result.error
      expected = 'act three'
      return result
    },
  }
}
