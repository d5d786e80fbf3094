import { bytesToHex, concatBytes } from '@ply/bytes'
import { type MusigNonce, type SecretNonce, sha256 } from '@ply/crypto'

/** What a nonce was made for. It signs nothing else. */
export interface NoncePurpose {
  /** 33 bytes. */
  readonly participant: Uint8Array
  /** 33 bytes, all tweaks applied. */
  readonly plainKey: Uint8Array
  /** The sighash. */
  readonly message: Uint8Array
}

/** Sessions that may be open at once; beyond, the oldest begin again. One takes some hundred bytes. */
export const MAX_OPEN_SESSIONS = 100_000

const sessionId = ({ plainKey, participant, message }: NoncePurpose, publicNonce: Uint8Array): string =>
  bytesToHex(sha256(concatBytes(plainKey, participant, message, publicNonce)))

/**
 * The secret nonces of signing sessions that wait for the other participants. They live in memory alone: a nonce that
 * came back from a disk, or from a copy of one, could sign twice, and so give the secret key away. A session that a
 * restart has ended begins again with new nonces.
 */
export class SecretNonces {
  readonly #waiting = new Map<string, SecretNonce>()

  get size(): number {
    return this.#waiting.size
  }

  keep(purpose: NoncePurpose, { secretNonce, publicNonce }: MusigNonce): void {
    const [oldest] = this.#waiting.keys()
    if (oldest !== undefined && this.#waiting.size >= MAX_OPEN_SESSIONS) this.#waiting.delete(oldest)
    this.#waiting.set(sessionId(purpose, publicNonce), secretNonce)
  }

  /** Hands it out, once. */
  take(purpose: NoncePurpose, publicNonce: Uint8Array): SecretNonce | undefined {
    const id = sessionId(purpose, publicNonce)
    const secretNonce = this.#waiting.get(id)
    this.#waiting.delete(id)
    return secretNonce
  }
}
