import { bytesToHex, concatBytes, equalBytes } from '@ply/bytes'
import { hash160, publicKeyFromSecret, ripemd160, sha256, hash256 } from '@ply/crypto'
import type { SignatureChecker } from '../checker/signatureChecker.ts'
import { createP2wsh } from '../template/templates.ts'
import { createTaprootOutput } from '../taproot/tree.ts'
import type { HashFragment, Miniscript } from '../miniscript/fragment.ts'
import type { MiniscriptSatisfier } from '../miniscript/satisfyMiniscript.ts'
import { verifyScript } from '../interpreter/verifyScript.ts'
import { STANDARD_SCRIPT_VERIFY_FLAGS } from '../interpreter/flags.ts'

// What Bitcoin Core's miniscript_tests.cpp tests satisfactions with: 255 keys and preimages, and a checker that knows the
// one signature of each key instead of computing any.

const number = (n: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? n : 0))
const NUMBERS = Array.from({ length: 255 }, (_, i) => number(i + 1))

/** The public keys of the secrets 1…255, compressed. */
export const KEYS: readonly Uint8Array[] = NUMBERS.map((secret) => publicKeyFromSecret(secret)!)

const HASHES: Readonly<Record<HashFragment, (bytes: Uint8Array) => Uint8Array>> = {
  sha256,
  hash256,
  ripemd160,
  hash160,
}

/** The preimages 1…255 by fragment and hash. */
const PREIMAGES: ReadonlyMap<string, Uint8Array> = new Map(
  Object.entries(HASHES).flatMap(([fragment, hash]) =>
    NUMBERS.map((preimage) => [`${fragment} ${bytesToHex(hash(preimage))}`, preimage] as const),
  ),
)

/** The hash of a preimage 1…255. */
export const hashOf = (fragment: HashFragment, n: number): Uint8Array => HASHES[fragment](number(n))

/** Keys as a script holds them, by their HASH160. */
const KEYS_BY_HASH: ReadonlyMap<string, Uint8Array> = new Map(
  KEYS.flatMap((key) => [key, key.subarray(1)]).map((key) => [bytesToHex(hash160(key)), key]),
)
export const keyOfHash = (hash: Uint8Array): Uint8Array | undefined => KEYS_BY_HASH.get(bytesToHex(hash))

/** Of the right form and the greatest size for the strict rules of encoding; the key decides all bytes. */
const fakeSignature = (key: Uint8Array): Uint8Array => {
  const x = key.slice(-32)
  if (key.length === 32) return concatBytes(x, x, Uint8Array.of(1))
  const half = Uint8Array.from(x, (byte, i) => (i === 0 ? (byte & 0x3f) | 1 : byte))
  const value = concatBytes(Uint8Array.of(2, 32), half)
  return concatBytes(Uint8Array.of(0x30, 68), value, value, Uint8Array.of(1))
}

/** A condition of a leaf, by name. */
export function challengesOf(root: Miniscript, keys: readonly Uint8Array[]): Set<string> {
  const found = new Set<string>()
  for (const pending = [root]; pending.length > 0;) {
    const node = pending.pop()!
    for (const place of node.keys) found.add(`key ${bytesToHex(keys[place]!)}`)
    const { fragment, k, hash } = node
    if (fragment === 'older' || fragment === 'after') found.add(`${fragment} ${k}`)
    if (hash.length > 0) found.add(`${fragment} ${bytesToHex(hash)}`)
    pending.push(...node.subs)
  }
  return found
}

/** One who can meet exactly the challenges of a set. */
export const createSatisfier = (met: ReadonlySet<string>, keys: readonly Uint8Array[]): MiniscriptSatisfier => ({
  publicKey: (place) => keys[place]!,
  signature: (place) => (met.has(`key ${bytesToHex(keys[place]!)}`) ? fakeSignature(keys[place]!) : undefined),
  preimage: (fragment, hash) => {
    const name = `${fragment} ${bytesToHex(hash)}`
    return met.has(name) ? PREIMAGES.get(name) : undefined
  },
  isOlder: (lock) => met.has(`older ${lock}`),
  isAfter: (lock) => met.has(`after ${lock}`),
})

const createChecker = (met: ReadonlySet<string>): SignatureChecker => ({
  checkEcdsa: ({ signature, publicKey }) => equalBytes(signature, fakeSignature(publicKey)),
  checkSchnorr: (signature, publicKey) => (equalBytes(signature, fakeSignature(publicKey)) ? undefined : 'SCHNORR_SIG'),
  checkLockTime: (lock) => met.has(`after ${lock}`),
  checkSequence: (lock) => met.has(`older ${lock}`),
})

/** BIP 341's point that nobody has the secret of. */
const NUMS = KEYS[7]!.subarray(1)

/** What Bitcoin Core's standard rules say of a witness for a script; undefined if they allow it. */
export function runWitness(
  script: Uint8Array,
  stack: readonly Uint8Array[],
  { tapscript, met }: { readonly tapscript: boolean; readonly met: ReadonlySet<string> },
): string | undefined {
  const context = { scriptSig: new Uint8Array(0), flags: STANDARD_SCRIPT_VERIFY_FLAGS, checker: createChecker(met) }
  const output = createTaprootOutput(NUMS, { script })!
  const result = tapscript
    ? verifyScript({
        ...context,
        scriptPubKey: output.scriptPubKey,
        witness: [...stack, script, output.leaves[0]!.controlBlock],
      })
    : verifyScript({ ...context, scriptPubKey: createP2wsh(script), witness: [...stack, script] })
  return result.ok ? undefined : result.error
}
