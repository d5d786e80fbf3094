import { concatBytes, utf8ToBytes } from '@ply/bytes'
import { bip324Ecdh, type EllswiftKey, FsChacha20, FsChacha20Poly1305, hkdfSha256 } from '@ply/crypto'

export const GARBAGE_TERMINATOR_LENGTH = 16
/** Bytes of a packet's encrypted length. */
export const LENGTH_LENGTH = 3
/** Bytes of a packet beside its contents: length, header, tag. */
export const PACKET_EXPANSION = LENGTH_LENGTH + 1 + 16
/** Header bit of a packet that is to be ignored. */
const IGNORE = 0x80

const SALT = utf8ToBytes('bitcoin_v2_shared_secret')

export interface Bip324Handshake {
  readonly ours: EllswiftKey
  /** The peer's encoded key. */
  readonly theirs: Uint8Array
  readonly initiator: boolean
  /** The network's magic: nobody talks to another network by mistake. */
  readonly magic: Uint8Array
}

/** A packet that was opened. */
export interface Packet {
  readonly contents: Uint8Array
  /** A decoy: its contents mean nothing. */
  readonly ignore: boolean
}

/** The ciphers of one v2 connection (BIP 324), derived from both keys. */
export class Bip324Cipher {
  readonly sessionId: Uint8Array
  readonly sendGarbageTerminator: Uint8Array
  readonly receiveGarbageTerminator: Uint8Array
  readonly #sendLength: FsChacha20
  readonly #sendPacket: FsChacha20Poly1305
  readonly #receiveLength: FsChacha20
  readonly #receivePacket: FsChacha20Poly1305

  constructor({ ours, theirs, initiator, magic }: Bip324Handshake) {
    const secret = bip324Ecdh(ours, theirs, initiator)
    const salt = concatBytes(SALT, magic)
    const derive = (info: string): Uint8Array => hkdfSha256(secret, salt, utf8ToBytes(info), 32)
    const [local, remote] = initiator ? ['initiator', 'responder'] : ['responder', 'initiator']
    this.#sendLength = new FsChacha20(derive(`${local}_L`), LENGTH_LENGTH)
    this.#sendPacket = new FsChacha20Poly1305(derive(`${local}_P`))
    this.#receiveLength = new FsChacha20(derive(`${remote}_L`), LENGTH_LENGTH)
    this.#receivePacket = new FsChacha20Poly1305(derive(`${remote}_P`))
    const terminators = derive('garbage_terminators')
    const first = terminators.slice(0, GARBAGE_TERMINATOR_LENGTH)
    const second = terminators.slice(GARBAGE_TERMINATOR_LENGTH)
    this.sendGarbageTerminator = initiator ? first : second
    this.receiveGarbageTerminator = initiator ? second : first
    this.sessionId = derive('session_id')
  }

  /** Seals a packet; `associatedData` is authenticated with it. */
  encrypt({ contents, ignore }: Packet, associatedData: Uint8Array): Uint8Array {
    const length = Uint8Array.of(contents.length, contents.length >> 8, contents.length >> 16)
    const plaintext = new Uint8Array(1 + contents.length)
    plaintext[0] = ignore ? IGNORE : 0
    plaintext.set(contents, 1)
    return concatBytes(this.#sendLength.crypt(length), this.#sendPacket.encrypt(plaintext, associatedData))
  }

  /** Length of the contents of the packet that begins with these three bytes. */
  decryptLength(bytes: Uint8Array): number {
    const [low, middle, high] = this.#receiveLength.crypt(bytes)
    return low! | (middle! << 8) | (high! << 16)
  }

  /** Opens what follows a packet's length; undefined if it is not authentic. */
  decrypt(ciphertext: Uint8Array, associatedData: Uint8Array): Packet | undefined {
    const plaintext = this.#receivePacket.decrypt(ciphertext, associatedData)
    return plaintext && { contents: plaintext.subarray(1), ignore: (plaintext[0]! & IGNORE) !== 0 }
  }
}
