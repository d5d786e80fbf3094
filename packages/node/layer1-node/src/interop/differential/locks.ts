import { hash160, sha256 } from '@ply/crypto'
import { witnessProgramScript } from '@ply/primitives'
import {
  createMultisig,
  createP2a,
  createP2pk,
  createP2pkh,
  createP2sh,
  createP2wpkh,
  createP2wsh,
  createScript,
  OP_0,
  OP_1,
  OP_CHECKLOCKTIMEVERIFY,
  OP_CHECKSEQUENCEVERIFY,
  OP_CHECKSIG,
  OP_CODESEPARATOR,
  OP_DROP,
  OP_ELSE,
  OP_ENDIF,
  OP_EQUAL,
  OP_IF,
  OP_NOP10,
  OP_SHA256,
  type ScriptPart,
} from '@ply/script'
import type { Random } from '@ply/testkit'
import type { Lock, LockFactory, Unlocking } from './lock.ts'
import { KEYS, type Key, type SigningPlace, signLegacy, signSegwit } from './keys.ts'
import { ODD_SIGNATURES } from './oddSignatures.ts'
import { randomScript, randomStack } from './randomScript.ts'
import { createTaprootLocks } from './taprootLocks.ts'

const EMPTY = new Uint8Array(0)
const TRUE = createScript([OP_1])
const inScriptSig = (...parts: readonly ScriptPart[]): Unlocking => ({ scriptSig: createScript(parts), witness: [] })
const inWitness = (...witness: readonly Uint8Array[]): Unlocking => ({ scriptSig: EMPTY, witness })

const p2pk =
  (form: 'publicKey' | 'uncompressed'): LockFactory =>
  (random) => {
    const key = random.pick(KEYS)
    const script = createP2pk(key[form])
    return { name: 'p2pk', scriptPubKey: script, unlock: (place) => inScriptSig(signLegacy(place, script, key)) }
  }

const p2pkh =
  (form: 'publicKey' | 'uncompressed'): LockFactory =>
  (random) => {
    const key = random.pick(KEYS)
    const script = createP2pkh(hash160(key[form]))
    const unlock = (place: SigningPlace): Unlocking => inScriptSig(signLegacy(place, script, key), key[form])
    return { name: 'p2pkh', scriptPubKey: script, unlock }
  }

const wpkhCode = (key: Key): Uint8Array => createP2pkh(hash160(key.publicKey))

const p2wpkh: LockFactory = (random) => {
  const key = random.pick(KEYS)
  return {
    name: 'p2wpkh',
    scriptPubKey: createP2wpkh(hash160(key.publicKey)),
    unlock: (place) => inWitness(signSegwit(place, wpkhCode(key), key), key.publicKey),
  }
}

const nestedP2wpkh: LockFactory = (random) => {
  const key = random.pick(KEYS)
  const program = createP2wpkh(hash160(key.publicKey))
  return {
    name: 'p2sh-p2wpkh',
    scriptPubKey: createP2sh(program),
    unlock: (place) => ({
      scriptSig: createScript([program]),
      witness: [signSegwit(place, wpkhCode(key), key), key.publicKey],
    }),
  }
}

interface Multisig {
  readonly script: Uint8Array
  readonly signers: readonly Key[]
}

function randomMultisig(random: Random, most: number): Multisig {
  const count = 1 + random.below(most)
  const required = 1 + random.below(count)
  const keys = Array.from({ length: count }, () => random.pick(KEYS))
  return {
    script: createMultisig(
      required,
      keys.map((key) => key.publicKey),
    ),
    signers: keys.slice(0, required),
  }
}

const bareMultisig: LockFactory = (random) => {
  const { script, signers } = randomMultisig(random, 4)
  return {
    name: 'multisig',
    scriptPubKey: script,
    unlock: (place) => inScriptSig(OP_0, ...signers.map((key) => signLegacy(place, script, key))),
  }
}

const p2shMultisig: LockFactory = (random) => {
  const { script, signers } = randomMultisig(random, 8)
  return {
    name: 'p2sh-multisig',
    scriptPubKey: createP2sh(script),
    unlock: (place) => inScriptSig(OP_0, ...signers.map((key) => signLegacy(place, script, key)), script),
  }
}

const p2wshMultisig =
  (nested: boolean): LockFactory =>
  (random) => {
    const { script, signers } = randomMultisig(random, 8)
    const program = createP2wsh(script)
    return {
      name: nested ? 'p2sh-p2wsh' : 'p2wsh-multisig',
      scriptPubKey: nested ? createP2sh(program) : program,
      unlock: (place) => ({
        scriptSig: nested ? createScript([program]) : EMPTY,
        witness: [EMPTY, ...signers.map((key) => signSegwit(place, script, key)), script],
      }),
    }
  }

/** A script without signatures behind any of the places that a script can stand in. */
function wrapped(name: string, script: Uint8Array, stack: readonly Uint8Array[], random: Random): Lock {
  switch (random.below(3)) {
    case 0:
      return { name: `bare ${name}`, scriptPubKey: script, unlock: () => inScriptSig(...stack) }
    case 1:
      return { name: `p2sh ${name}`, scriptPubKey: createP2sh(script), unlock: () => inScriptSig(...stack, script) }
    default:
      return { name: `p2wsh ${name}`, scriptPubKey: createP2wsh(script), unlock: () => inWitness(...stack, script) }
  }
}

const anyoneP2wsh: LockFactory = () => ({
  name: 'p2wsh-true',
  scriptPubKey: createP2wsh(TRUE),
  unlock: () => inWitness(TRUE),
})

const cltv: LockFactory = (random, now) => {
  const lockTime = random.chance(0.5) ? now.height + random.below(8) - 2 : now.time - 3000 + random.below(4000)
  const script = createScript([BigInt(lockTime), OP_CHECKLOCKTIMEVERIFY, OP_DROP, OP_1])
  const sequence = random.chance(0.9) ? 0xfffffffe : 0xffffffff
  const asked = random.chance(0.9) ? lockTime : lockTime - 1
  return { ...wrapped('cltv', script, [], random), lockTime: Math.max(0, asked), sequence }
}

const csv: LockFactory = (random) => {
  const sequence = random.chance(0.5) ? random.below(6) : 0x400000 + random.below(4)
  const script = createScript([BigInt(sequence), OP_CHECKSEQUENCEVERIFY, OP_DROP, OP_1])
  const asked = random.chance(0.9) ? sequence : Math.max(0, sequence - 1)
  return { ...wrapped('csv', script, [], random), sequence: asked }
}

const puzzle: LockFactory = (random) => {
  const secret = random.bytes(16)
  return wrapped('puzzle', createScript([OP_SHA256, sha256(secret), OP_EQUAL]), [secret], random)
}

const upgradableNop: LockFactory = (random) => wrapped('nop10', createScript([OP_NOP10, OP_1]), [], random)

const conditional: LockFactory = (random) => {
  const script = createScript([OP_IF, OP_1, OP_ELSE, OP_1, OP_ENDIF])
  return wrapped('if', script, [random.pick([EMPTY, Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(1, 0)])], random)
}

const fuzzedScript: LockFactory = (random) => wrapped('random', randomScript(random), randomStack(random), random)

const codeSeparator: LockFactory = (random) => {
  const key = random.pick(KEYS)
  const tail = createScript([key.publicKey, OP_CHECKSIG])
  const script = createScript([OP_1, OP_DROP, OP_CODESEPARATOR, key.publicKey, OP_CHECKSIG])
  if (random.chance(0.5)) {
    const unlock = (place: SigningPlace): Unlocking => inWitness(signSegwit(place, tail, key), script)
    return { name: 'p2wsh codeseparator', scriptPubKey: createP2wsh(script), unlock }
  }
  const unlock = (place: SigningPlace): Unlocking => inScriptSig(signLegacy(place, tail, key), script)
  return { name: 'p2sh codeseparator', scriptPubKey: createP2sh(script), unlock }
}

const uncompressedP2wsh: LockFactory = (random) => {
  const key = random.pick(KEYS)
  const script = createP2pk(key.uncompressed)
  return {
    name: 'p2wsh uncompressed key',
    scriptPubKey: createP2wsh(script),
    unlock: (place) => inWitness(signSegwit(place, script, key), script),
  }
}

const manySigops: LockFactory = (random) => {
  const checks = random.pick([15, 16, 100, 190])
  const script = createScript([OP_0, OP_IF, ...new Array<number>(checks).fill(OP_CHECKSIG), OP_ENDIF, OP_1])
  return wrapped('sigops', script, [], random)
}

const p2a: LockFactory = () => ({ name: 'p2a', scriptPubKey: createP2a(), unlock: () => inWitness() })

const unknownWitness: LockFactory = (random) => ({
  name: 'unknown witness',
  scriptPubKey: witnessProgramScript({
    version: random.pick([1, 2, 16]),
    program: random.bytes(random.pick([2, 20, 31, 40])),
  }),
  unlock: () => inWitness(...(random.chance(0.5) ? [TRUE] : [])),
})

const bareTrue: LockFactory = () => ({ name: 'bare true', scriptPubKey: TRUE, unlock: () => inScriptSig() })

/** Output kinds whose spends are standard. */
export const STANDARD_LOCKS: readonly LockFactory[] = [
  p2pk('publicKey'),
  p2pk('uncompressed'),
  p2pkh('publicKey'),
  p2pkh('uncompressed'),
  p2wpkh,
  nestedP2wpkh,
  bareMultisig,
  p2shMultisig,
  p2wshMultisig(false),
  p2wshMultisig(true),
  anyoneP2wsh,
  anyoneP2wsh,
  ...createTaprootLocks().standard,
]

/** Kinds that policy, and some that consensus too, may refuse to see spent. */
export const ODD_LOCKS: readonly LockFactory[] = [
  cltv,
  csv,
  puzzle,
  upgradableNop,
  conditional,
  fuzzedScript,
  fuzzedScript,
  codeSeparator,
  uncompressedP2wsh,
  manySigops,
  p2a,
  unknownWitness,
  bareTrue,
  ...createTaprootLocks().odd,
  ...ODD_SIGNATURES,
]

export const ANYONE: LockFactory = anyoneP2wsh
export const ANCHOR: LockFactory = p2a
export const BARE_TRUE: LockFactory = bareTrue
