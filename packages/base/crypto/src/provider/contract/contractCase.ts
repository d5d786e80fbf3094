import { assert, bigintToBytesBE, bytesToHex, decodeHex } from '@ply/bytes'
import type { CryptoProvider, RecoverableSignature } from '@ply/ports'
import { CURVE_ORDER } from '../../keys.ts'
import { nobleProvider } from '../noble.ts'

/** One promise of {@link CryptoProvider}; `run` throws where the provider breaks it. */
export interface ContractCase {
  readonly name: string
  run(provider: CryptoProvider): void
}

export interface ContractVectors {
  /** Text of BIP 340's test-vectors.csv. */
  readonly bip340Csv: string
  /** BIP 327's files by name: `key_agg` for key_agg_vectors.json. */
  readonly bip327: (name: string) => unknown
}

export interface ContractInput {
  /** Repeatable bytes for the differential part. */
  readonly random: (length: number) => Uint8Array
  /** Published vectors, where they are at hand. */
  readonly vectors?: ContractVectors
  /** Rounds of the differential part. */
  readonly rounds?: number
}

type Answer =
  Uint8Array | boolean | undefined | { readonly publicKey: Uint8Array; readonly parity: 0 | 1 } | RecoverableSignature

function describe(answer: Answer): string {
  if (answer instanceof Uint8Array) return bytesToHex(answer)
  if (typeof answer !== 'object') return String(answer)
  if ('signature' in answer) return `${bytesToHex(answer.signature)}/${answer.recoveryId}`
  return `${bytesToHex(answer.publicKey)}/${answer.parity}`
}

/** Asks both providers and wants one answer. */
export function same(provider: CryptoProvider, what: string, ask: (p: CryptoProvider) => Answer): Answer {
  const expected = ask(nobleProvider)
  const actual = ask(provider)
  assert(
    describe(expected) === describe(actual),
    `${what}: ${provider.name} says ${describe(actual)}, ${nobleProvider.name} says ${describe(expected)}`,
  )
  return expected
}

/** Bytes of a vector's hexadecimal text. */
export const hex = (text: string): Uint8Array => {
  const decoded = decodeHex(text)
  assert(decoded.ok, `bad hex in a vector: ${text}`)
  return decoded.value
}

/** Scalars and byte strings at the edges of the group order and the field. */
export const EDGES: readonly Uint8Array[] = [
  0n,
  1n,
  2n,
  CURVE_ORDER - 1n,
  CURVE_ORDER,
  CURVE_ORDER + 1n,
  (1n << 256n) - (1n << 32n) - 977n,
  (1n << 256n) - 1n,
  CURVE_ORDER / 2n,
  CURVE_ORDER / 2n + 1n,
].map((value) => bigintToBytesBE(value, 32))

/** One bit flipped. */
export function mutate(bytes: Uint8Array, random: ContractInput['random']): Uint8Array {
  const mutated = bytes.slice()
  const [where, what] = random(2)
  if (mutated.length > 0) mutated[where! % mutated.length]! ^= 1 << (what! & 7)
  return mutated
}
