import { assert, bigintFromBytesBE, bigintToBytesBE, bytesToHex, concatBytes, decodeHex } from '@ply/bytes'
import type { CryptoProvider, RecoverableSignature } from '@ply/ports'
import { CURVE_ORDER } from '../keys.ts'
import { nobleProvider } from './noble.ts'
import { selfTestProvider } from './selfTest.ts'

/** One promise of {@link CryptoProvider}; `run` throws where the provider breaks it. */
export interface ContractCase {
  readonly name: string
  run(provider: CryptoProvider): void
}

export interface ContractInput {
  /** Repeatable bytes for the differential part. */
  readonly random: (length: number) => Uint8Array
  /** Text of BIP 340's test-vectors.csv, where it is at hand. */
  readonly bip340Csv?: string
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
function same(provider: CryptoProvider, what: string, ask: (p: CryptoProvider) => Answer): Answer {
  const expected = ask(nobleProvider)
  const actual = ask(provider)
  assert(
    describe(expected) === describe(actual),
    `${what}: ${provider.name} says ${describe(actual)}, ${nobleProvider.name} says ${describe(expected)}`,
  )
  return expected
}

const hex = (text: string): Uint8Array => {
  const decoded = decodeHex(text)
  assert(decoded.ok, `bad hex in a vector: ${text}`)
  return decoded.value
}

/** Scalars and byte strings at the edges of the group order and the field. */
const EDGES: readonly Uint8Array[] = [
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

function bip340Cases(csv: string): ContractCase[] {
  return csv
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => {
      const [index, secretKey, publicKey, auxRand, message, signature, verdict, comment] = line.split(',')
      return {
        name: `BIP 340 vector ${index}${comment ? ` (${comment})` : ''}`,
        run(provider: CryptoProvider): void {
          const [key, text, expected] = [hex(publicKey!), hex(message!), hex(signature!)]
          if (secretKey) {
            const made = provider.schnorrSign(text, hex(secretKey), hex(auxRand!))
            assert(made !== undefined && bytesToHex(made) === bytesToHex(expected), 'another signature')
          }
          assert(provider.schnorrVerify(text, expected, key) === (verdict === 'TRUE'), 'wrong verdict')
        },
      }
    })
}

function mutate(bytes: Uint8Array, random: ContractInput['random']): Uint8Array {
  const mutated = bytes.slice()
  const [where, what] = random(2)
  if (mutated.length > 0) mutated[where! % mutated.length]! ^= 1 << (what! & 7)
  return mutated
}

function differential(provider: CryptoProvider, random: ContractInput['random']): void {
  const secretKey = random(32)
  const other = random(32)
  const hash = random(32)
  const compressed = nobleProvider.publicKeyFromSecret(secretKey)
  const uncompressed = nobleProvider.publicKeyFromSecret(secretKey, false)
  const otherKey = nobleProvider.publicKeyFromSecret(other)
  if (!compressed || !uncompressed || !otherKey) return

  const hybrid = concatBytes(Uint8Array.of(6 + (uncompressed[64]! & 1)), uncompressed.subarray(1))
  const signature = same(provider, 'ecdsaSign', (p) => p.ecdsaSign(hash, secretKey)) as Uint8Array
  same(provider, 'ecdsaSign with extra entropy', (p) => p.ecdsaSign(hash, secretKey, other))
  const highS = concatBytes(
    signature.subarray(0, 32),
    bigintToBytesBE(CURVE_ORDER - bigintFromBytesBE(signature.subarray(32)), 32),
  )
  same(provider, 'ecdsaSignRecoverable', (p) => p.ecdsaSignRecoverable(hash, secretKey))
  for (const candidate of [signature, highS, mutate(signature, random), random(64)]) {
    for (let id = 0; id < 4; id++) {
      same(provider, 'ecdsaRecover', (p) => p.ecdsaRecover(hash, candidate, id))
      same(provider, 'ecdsaRecover, uncompressed', (p) => p.ecdsaRecover(hash, candidate, id, false))
    }
  }
  for (const key of [compressed, uncompressed, hybrid, mutate(compressed, random), mutate(hybrid, random), otherKey]) {
    for (const candidate of [signature, highS, mutate(signature, random)]) {
      same(provider, 'ecdsaVerify', (p) => p.ecdsaVerify(hash, candidate, key))
    }
    same(provider, 'isPublicKey', (p) => p.isPublicKey(key))
    same(provider, 'pointAdd', (p) => p.pointAdd(key, otherKey))
    same(provider, 'pointMultiply', (p) => p.pointMultiply(key, other))
    same(provider, 'ecdh', (p) => p.ecdh(other, key))
    same(provider, 'pointAddScalar', (p) => p.pointAddScalar(key, other))
  }

  const message = random(hash[0]!)
  const schnorr = same(provider, 'schnorrSign', (p) => p.schnorrSign(message, secretKey, other)) as Uint8Array
  const xOnly = compressed.subarray(1)
  for (const candidate of [schnorr, mutate(schnorr, random)]) {
    same(provider, 'schnorrVerify', (p) => p.schnorrVerify(message, candidate, xOnly))
    same(provider, 'schnorrVerify, other key', (p) => p.schnorrVerify(message, candidate, mutate(xOnly, random)))
  }
  same(provider, 'xOnlyTweakAdd', (p) => p.xOnlyTweakAdd(xOnly, other))
  same(provider, 'hash256', (p) => p.hash256(message))
}

function edgeCases(provider: CryptoProvider): void {
  const g = nobleProvider.publicKeyFromSecret(EDGES[1]!)!
  const minusG = nobleProvider.publicKeyFromSecret(EDGES[3]!)!
  for (const edge of EDGES) {
    same(provider, 'publicKeyFromSecret at an edge', (p) => p.publicKeyFromSecret(edge))
    same(provider, 'pointMultiply at an edge', (p) => p.pointMultiply(g, edge))
    same(provider, 'ecdh at an edge', (p) => p.ecdh(edge, g))
    same(provider, 'pointAddScalar at an edge', (p) => p.pointAddScalar(g, edge))
    same(provider, 'pointAddScalar to nothing', (p) => p.pointAddScalar(minusG, edge))
    same(provider, 'ecdsaSign at an edge', (p) => p.ecdsaSign(edge, EDGES[2]!))
    same(provider, 'ecdsaSignRecoverable at an edge', (p) => p.ecdsaSignRecoverable(edge, EDGES[2]!))
    same(provider, 'ecdsaSignRecoverable with a key at an edge', (p) => p.ecdsaSignRecoverable(EDGES[1]!, edge))
    same(provider, 'ecdsaSign with a key at an edge', (p) => p.ecdsaSign(EDGES[1]!, edge))
    same(provider, 'schnorrSign with a key at an edge', (p) => p.schnorrSign(EDGES[1]!, edge, EDGES[0]!))
    same(provider, 'xOnlyTweakAdd at an edge', (p) => p.xOnlyTweakAdd(g.subarray(1), edge))
    same(provider, 'xOnlyTweakAdd of an edge', (p) => p.xOnlyTweakAdd(edge, EDGES[1]!))
    same(provider, 'isPublicKey of an edge', (p) => p.isPublicKey(concatBytes(Uint8Array.of(2), edge)))
    for (const s of EDGES) {
      const signature = concatBytes(edge, s)
      same(provider, 'ecdsaVerify at an edge', (p) => p.ecdsaVerify(EDGES[1]!, signature, g))
      for (let id = 0; id < 4; id++) {
        same(provider, 'ecdsaRecover at an edge', (p) => p.ecdsaRecover(EDGES[1]!, signature, id))
        same(provider, 'ecdsaRecover over an edge', (p) => p.ecdsaRecover(edge, concatBytes(EDGES[1]!, s), id))
      }
      same(provider, 'schnorrVerify at an edge', (p) => p.schnorrVerify(EDGES[1]!, signature, g.subarray(1)))
    }
  }
  same(provider, 'G − G', (p) => p.pointAdd(g, minusG))
}

function malformed(provider: CryptoProvider): void {
  const g = nobleProvider.publicKeyFromSecret(EDGES[1]!)!
  for (const length of [0, 1, 31, 32, 33, 34, 63, 64, 65, 66, 100]) {
    const bytes = new Uint8Array(length).fill(2)
    same(provider, `isPublicKey of ${length} bytes`, (p) => p.isPublicKey(bytes))
    same(provider, `ecdsaVerify with a key of ${length} bytes`, (p) =>
      p.ecdsaVerify(EDGES[1]!, new Uint8Array(64), bytes),
    )
    same(provider, `ecdsaVerify of ${length} bytes`, (p) => p.ecdsaVerify(EDGES[1]!, bytes, g))
    same(provider, `schnorrVerify of ${length} bytes`, (p) => p.schnorrVerify(EDGES[1]!, bytes, g.subarray(1)))
    same(provider, `schnorrVerify with a key of ${length} bytes`, (p) =>
      p.schnorrVerify(EDGES[1]!, new Uint8Array(64), bytes),
    )
    same(provider, `ecdsaRecover of ${length} bytes`, (p) => p.ecdsaRecover(EDGES[1]!, bytes, 0))
    same(provider, `ecdsaRecover over ${length} bytes`, (p) => p.ecdsaRecover(bytes, new Uint8Array(64).fill(2), 0))
    same(provider, `ecdh with a key of ${length} bytes`, (p) => p.ecdh(EDGES[1]!, bytes))
    same(provider, `public key of ${length} bytes`, (p) => (length === 32 ? undefined : p.publicKeyFromSecret(bytes)))
  }
}

/** AEAD: short, long and tampered packets. */
function aead(provider: CryptoProvider, random: ContractInput['random']): void {
  const [key, nonce] = [random(32), random(12)]
  for (const length of [0, 1, 16, 63, 64, 65, 300, 5000]) {
    const [plaintext, associatedData] = [random(length), random(length % 50)]
    const sealed = same(provider, `aeadEncrypt of ${length} bytes`, (p) =>
      p.aeadEncrypt(key, nonce, plaintext, associatedData),
    ) as Uint8Array
    const opened = same(provider, 'aeadDecrypt', (p) => p.aeadDecrypt(key, nonce, sealed, associatedData))
    assert(opened instanceof Uint8Array && bytesToHex(opened) === bytesToHex(plaintext), 'opened to something else')
    same(provider, 'aeadDecrypt, tampered', (p) => p.aeadDecrypt(key, nonce, mutate(sealed, random), associatedData))
    same(provider, 'aeadDecrypt, other data', (p) => p.aeadDecrypt(key, nonce, sealed, random(7)))
    same(provider, 'aeadDecrypt, cut', (p) => p.aeadDecrypt(key, nonce, sealed.subarray(0, 15), associatedData))
  }
}

/** Where recovery has no answer: ids that do not exist, and a key at infinity. */
function recovery(provider: CryptoProvider): void {
  const hash = EDGES[2]!
  const made = nobleProvider.ecdsaSignRecoverable(hash, EDGES[3]!)!
  for (const id of [-1, 4, 0.5, 255, NaN]) {
    same(provider, `ecdsaRecover with the id ${id}`, (p) => p.ecdsaRecover(hash, made.signature, id))
  }
  // With R = G and s = z the key is r⁻¹·(s·G − z·G): nothing.
  const g = nobleProvider.publicKeyFromSecret(EDGES[1]!)!
  const none = concatBytes(g.subarray(1), hash)
  const parity = g[0]! - 2
  same(provider, 'ecdsaRecover of infinity', (p) => p.ecdsaRecover(hash, none, parity))
  assert(provider.ecdsaRecover(hash, none, parity) === undefined, 'recovered a key at infinity')
}

/** The suite that every {@link CryptoProvider} must pass: fixed answers, published vectors, agreement with @noble. */
export function providerContract({ random, bip340Csv, rounds = 20 }: ContractInput): readonly ContractCase[] {
  return [
    {
      name: 'self-test',
      run(provider) {
        const wrong = selfTestProvider(provider)
        assert(wrong.length === 0, `wrong: ${wrong.join(', ')}`)
      },
    },
    ...(bip340Csv === undefined ? [] : bip340Cases(bip340Csv)),
    { name: 'edges of the group order and the field', run: edgeCases },
    { name: 'malformed lengths', run: malformed },
    { name: 'exceptional recoveries', run: recovery },
    { name: 'authenticated encryption', run: (provider) => aead(provider, random) },
    {
      name: `${rounds} random rounds agree with @noble`,
      run(provider) {
        for (let round = 0; round < rounds; round++) differential(provider, random)
      },
    },
  ]
}
