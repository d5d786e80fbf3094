import {
  bytesToWords,
  concatBytes,
  decodeBech32,
  DecodeError,
  encodeBech32,
  err,
  ok,
  type Result,
  wordsToBytes,
} from '@ply/bytes'
import { decodeBase58Check, encodeBase58Check, isSecretKey } from '@ply/crypto'
import type { NetworkParameters } from './network/parameters.ts'

type AddressParameters = NetworkParameters['address']

// Only the byte patterns of standard outputs; scripts proper are in @ply/script, one row below.
const OP_0 = 0x00
const OP_1 = 0x51
const OP_16 = 0x60

/** A segregated witness program (BIP 141): version 0–16 and 2–40 bytes. */
export interface WitnessProgram {
  readonly version: number
  readonly program: Uint8Array
}

/** The witness program that a scriptPubKey consists of, if it does. */
export function parseWitnessProgram(script: Uint8Array): WitnessProgram | undefined {
  if (script.length < 4 || script.length > 42) return undefined
  const opcode = script[0]!
  if (opcode !== OP_0 && (opcode < OP_1 || opcode > OP_16)) return undefined
  if (script[1]! + 2 !== script.length) return undefined
  return { version: opcode === OP_0 ? 0 : opcode - OP_1 + 1, program: script.slice(2) }
}

/** scriptPubKey of a witness program. */
export function witnessProgramScript({ version, program }: WitnessProgram): Uint8Array {
  return concatBytes(Uint8Array.of(version === 0 ? OP_0 : OP_1 + version - 1, program.length), program)
}

const p2pkhScript = (hash: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(0x76, 0xa9, 20), hash, Uint8Array.of(0x88, 0xac))
const p2shScript = (hash: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(0xa9, 20), hash, Uint8Array.of(0x87))

const isP2pkh = (s: Uint8Array): boolean =>
  s.length === 25 && s[0] === 0x76 && s[1] === 0xa9 && s[2] === 20 && s[23] === 0x88 && s[24] === 0xac
const isP2sh = (s: Uint8Array): boolean => s.length === 23 && s[0] === 0xa9 && s[1] === 20 && s[22] === 0x87

/** The address of a scriptPubKey, or undefined where it has none (P2PK, bare multisig, OP_RETURN…). */
export function encodeAddress(script: Uint8Array, { address }: NetworkParameters): string | undefined {
  if (isP2pkh(script)) return encodeBase58Check(concatBytes(Uint8Array.of(address.pubKeyHash), script.subarray(3, 23)))
  if (isP2sh(script)) return encodeBase58Check(concatBytes(Uint8Array.of(address.scriptHash), script.subarray(2, 22)))
  const witness = parseWitnessProgram(script)
  if (!witness) return undefined
  const { version, program } = witness
  if (version === 0 && program.length !== 20 && program.length !== 32) return undefined
  return encodeBech32({
    encoding: version === 0 ? 'bech32' : 'bech32m',
    hrp: address.bech32Hrp,
    words: concatBytes(Uint8Array.of(version), bytesToWords(program)),
  })
}

function decodeSegwitAddress(text: string, address: AddressParameters): Result<Uint8Array, DecodeError> | undefined {
  const decoded = decodeBech32(text)
  if (!decoded.ok) return undefined
  const { encoding, hrp, words } = decoded.value
  if (hrp !== address.bech32Hrp)
    return err(new DecodeError('wrong-network', `address prefix '${hrp}', not '${address.bech32Hrp}'`))
  const version = words[0]
  if (version === undefined || version > 16) return err(new DecodeError('bad-witness-version'))
  if ((version === 0) !== (encoding === 'bech32')) {
    return err(
      new DecodeError('bad-checksum', `witness version ${version} needs ${version === 0 ? 'bech32' : 'bech32m'}`),
    )
  }
  const program = wordsToBytes(words.subarray(1))
  if (!program.ok) return program
  const length = program.value.length
  if (length < 2 || length > 40 || (version === 0 && length !== 20 && length !== 32)) {
    return err(new DecodeError('bad-witness-program', `witness program of ${length} bytes`))
  }
  return ok(witnessProgramScript({ version, program: program.value }))
}

/**
 * The scriptPubKey of an address of this network (BIP 13, BIP 173, BIP 350). Violations: `bad-address`,
 * `wrong-network`, `bad-checksum`, `bad-witness-version`, `bad-witness-program`, `bad-padding`.
 */
export function decodeAddress(text: string, { address }: NetworkParameters): Result<Uint8Array, DecodeError> {
  const segwit = decodeSegwitAddress(text, address)
  if (segwit) return segwit
  const decoded = decodeBase58Check(text)
  if (!decoded.ok) return err(new DecodeError('bad-address', 'neither bech32 nor base58 with a right checksum'))
  const payload = decoded.value
  if (payload.length !== 21) return err(new DecodeError('bad-address', 'wrong length'))
  const hash = payload.subarray(1)
  if (payload[0] === address.pubKeyHash) return ok(p2pkhScript(hash))
  if (payload[0] === address.scriptHash) return ok(p2shScript(hash))
  return err(new DecodeError('wrong-network', `address version ${payload[0]} is not of this network`))
}

/** A secret key in wallet import format, and whether its public key is used compressed. */
export interface Wif {
  readonly secretKey: Uint8Array
  readonly compressed: boolean
}

export function encodeWif({ secretKey, compressed }: Wif, { address }: NetworkParameters): string {
  return encodeBase58Check(
    concatBytes(Uint8Array.of(address.secretKey), secretKey, Uint8Array.of(...(compressed ? [1] : []))),
  )
}

/** Violations: `bad-wif`, `wrong-network`, `bad-checksum`, `bad-base58`. */
export function decodeWif(text: string, { address }: NetworkParameters): Result<Wif, DecodeError> {
  const decoded = decodeBase58Check(text)
  if (!decoded.ok) return decoded
  const payload = decoded.value
  const compressed = payload.length === 34 && payload[33] === 1
  if (!compressed && payload.length !== 33) return err(new DecodeError('bad-wif', 'wrong length'))
  if (payload[0] !== address.secretKey) return err(new DecodeError('wrong-network', 'secret key of another network'))
  const secretKey = payload.slice(1, 33)
  return isSecretKey(secretKey)
    ? ok({ secretKey, compressed })
    : err(new DecodeError('bad-wif', 'secret key out of range'))
}
