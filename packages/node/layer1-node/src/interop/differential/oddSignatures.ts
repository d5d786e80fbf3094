import { bigintFromBytesBE, bigintToBytesBE, concatBytes } from '@ply/bytes'
import { CURVE_ORDER, decodeDerLax, encodeDer } from '@ply/crypto'
import {
  createMultisig,
  createP2pk,
  createP2sh,
  createP2wsh,
  createScript,
  OP_0,
  OP_1,
  OP_2,
  OP_CHECKLOCKTIMEVERIFY,
  OP_CHECKMULTISIG,
  OP_CHECKSEQUENCEVERIFY,
  OP_CHECKSIG,
  OP_DROP,
  OP_NOP,
  OP_NOT,
} from '@ply/script'
import type { Random } from '@ply/testkit'
import { KEYS, signLegacy, signSegwit } from './keys.ts'
import type { Lock, LockFactory, Unlocking } from './lock.ts'

const EMPTY = new Uint8Array(0)

const inScriptSig = (scriptPubKey: Uint8Array, name: string, unlock: Lock['unlock']): Lock => ({
  name: `random ${name}`,
  scriptPubKey,
  unlock,
})

/** The same signature with the other s: good before BIP 146, and after it still good in a block. */
function withHighS(signature: Uint8Array): Uint8Array {
  const compact = decodeDerLax(signature.subarray(0, -1))
  if (!compact) throw new Error('our own signature cannot be read')
  const s = CURVE_ORDER - bigintFromBytesBE(compact.subarray(32))
  const other = concatBytes(compact.subarray(0, 32), bigintToBytesBE(s, 32))
  return concatBytes(encodeDer(other), signature.subarray(-1))
}

const highS: LockFactory = (random) => {
  const key = random.pick(KEYS)
  const script = createP2pk(key.publicKey)
  return inScriptSig(script, 'high s', (place) => {
    return { scriptSig: createScript([withHighS(signLegacy(place, script, key))]), witness: [] }
  })
}

/** First byte 6 or 7: the point in full, with its parity told twice. */
const hybridKey: LockFactory = (random) => {
  const key = random.pick(KEYS)
  const hybrid = key.uncompressed.slice()
  hybrid[0] = random.chance(0.8) ? 6 + (key.uncompressed[64]! & 1) : random.pick([5, 6, 7, 2])
  const script = createP2pk(hybrid)
  const nested = random.chance(0.5)
  return inScriptSig(nested ? createP2wsh(script) : script, 'hybrid key', (place): Unlocking => {
    if (nested) return { scriptSig: EMPTY, witness: [signSegwit(place, script, key), script] }
    return { scriptSig: createScript([signLegacy(place, script, key)]), witness: [] }
  })
}

/** The item that CHECKMULTISIG takes too many, and signatures in the wrong order or that are none. */
const oddMultisig: LockFactory = (random) => {
  const keys = KEYS.slice(0, 3)
  const script = createMultisig(
    2,
    keys.map((key) => key.publicKey),
  )
  const dummy = random.pick([EMPTY, Uint8Array.of(1), Uint8Array.of(0)])
  const signers = random
    .pick([
      [0, 1],
      [1, 0],
      [0, 0],
      [1, 2],
    ])
    .map((i) => keys[i]!)
  const spoil = (signature: Uint8Array): Uint8Array => (random.chance(0.3) ? EMPTY : signature)
  if (random.chance(0.5)) {
    return inScriptSig(createP2wsh(script), 'multisig', (place) => ({
      scriptSig: EMPTY,
      witness: [dummy, ...signers.map((key) => spoil(signSegwit(place, script, key))), script],
    }))
  }
  return inScriptSig(createP2sh(script), 'multisig', (place) => ({
    scriptSig: createScript([dummy, ...signers.map((key) => spoil(signLegacy(place, script, key))), script]),
    witness: [],
  }))
}

/** CHECKSIG NOT: the failure of a signature is what the script wants. */
const negated: LockFactory = (random) => {
  const key = random.pick(KEYS)
  const script = createScript([key.publicKey, OP_CHECKSIG, OP_NOT])
  const signature = random.pick([EMPTY, Uint8Array.of(1), concatBytes(encodeDer(random.bytes(64)), Uint8Array.of(1))])
  return inScriptSig(createP2sh(script), 'negated', () => ({
    scriptSig: createScript([signature, script]),
    witness: [],
  }))
}

/** A signature that stands in the script that it signs. */
const foundAndDeleted: LockFactory = (random) => {
  const key = random.pick(KEYS)
  const signature = concatBytes(encodeDer(random.bytes(64)), Uint8Array.of(1))
  const script = createScript([signature, OP_DROP, key.publicKey, OP_CHECKSIG])
  return inScriptSig(createP2sh(script), 'found and deleted', () => ({
    scriptSig: createScript([signature, script]),
    witness: [],
  }))
}

const withoutSignature = (random: Random, name: string, script: Uint8Array): Lock =>
  random.chance(0.5)
    ? inScriptSig(createP2wsh(script), name, () => ({ scriptSig: EMPTY, witness: [script] }))
    : inScriptSig(createP2sh(script), name, () => ({ scriptSig: createScript([script]), witness: [] }))

const manyOperations: LockFactory = (random) =>
  withoutSignature(
    random,
    'operations',
    createScript([...new Array<number>(random.pick([201, 202])).fill(OP_NOP), OP_1]),
  )

const oddLocks: LockFactory = (random) => {
  const operand = random.pick([-1n, 0n, 0x80000000n, 0xffffffffn, 0x7fffffffffn, 0x80000000000n])
  const operation = random.pick([OP_CHECKLOCKTIMEVERIFY, OP_CHECKSEQUENCEVERIFY])
  return withoutSignature(random, 'locks', createScript([operand, operation, OP_DROP, OP_1]))
}

const oddCounts: LockFactory = (random) => {
  const { publicKey } = KEYS[0]!
  const scripts = [
    createScript([OP_0, OP_0, 21n, OP_CHECKMULTISIG]),
    createScript([OP_0, OP_0, -1n, OP_CHECKMULTISIG]),
    createScript([OP_0, OP_2, publicKey, OP_1, OP_CHECKMULTISIG]),
    createScript([OP_0, OP_0, ...new Array<Uint8Array>(20).fill(publicKey), 20n, OP_CHECKMULTISIG]),
    createScript([OP_0, OP_0, OP_0, OP_CHECKMULTISIG]),
  ]
  return withoutSignature(random, 'counts', random.pick(scripts))
}

const wrongProgramLength: LockFactory = (random) => ({
  name: 'random program',
  scriptPubKey: createScript([OP_0, random.bytes(random.pick([2, 19, 21, 31, 33, 40]))]),
  unlock: () => ({ scriptSig: EMPTY, witness: [Uint8Array.of(1)] }),
})

/** Signatures, keys and counts that history has rules for. */
export const ODD_SIGNATURES: readonly LockFactory[] = [
  highS,
  hybridKey,
  oddMultisig,
  oddMultisig,
  negated,
  foundAndDeleted,
  manyOperations,
  oddLocks,
  oddCounts,
  wrongProgramLength,
]
