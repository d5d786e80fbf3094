import { assert } from '@ply/bytes'
import {
  createScript,
  createTaprootOutput,
  OP_1,
  OP_2,
  OP_2DROP,
  OP_2DUP,
  OP_CHECKSIG,
  OP_CHECKSIGADD,
  OP_DROP,
  OP_NUMEQUAL,
  type TapLeaf,
  type TaprootOutput,
  type TapTree,
} from '@ply/script'
import type { Random } from '@ply/testkit'
import { KEYS, type Key, type SigningPlace, signKeyPath, signLeaf, xOnly } from './keys.ts'
import type { LockFactory, Unlocking } from './lock.ts'
import { randomScript, randomStack } from './randomScript.ts'

const EMPTY = new Uint8Array(0)
const TRUE = createScript([OP_1])

function outputOf(key: Key, tree?: TapTree): TaprootOutput {
  const output = createTaprootOutput(xOnly(key), tree)
  assert(output !== undefined, 'the key is on the curve')
  return output
}

const keyPath: LockFactory = (random) => {
  const key = random.pick(KEYS)
  const output = outputOf(key, random.chance(0.5) ? { script: TRUE } : undefined)
  const { scriptPubKey, merkleRoot } = output
  const unlock = (place: SigningPlace): Unlocking => ({
    scriptSig: EMPTY,
    witness: [signKeyPath(place, key, { merkleRoot })],
  })
  return { name: 'p2tr key', scriptPubKey, unlock }
}

type LeafStack = (place: SigningPlace, leafHash: Uint8Array) => readonly Uint8Array[]

/** An output with `leaf` somewhere in a small tree. */
function leafLock(name: string, random: Random, leaf: TapLeaf, stack: LeafStack): ReturnType<LockFactory> {
  const other: TapLeaf = { script: createScript([random.bytes(8), OP_DROP, OP_1]) }
  const trees: readonly TapTree[] = [leaf, [leaf, other], [other, [other, leaf]]]
  const output = outputOf(random.pick(KEYS), random.pick(trees))
  const spend = output.leaves.find(({ script }) => script === leaf.script)
  assert(spend !== undefined, 'the leaf is in its tree')
  return {
    name,
    scriptPubKey: output.scriptPubKey,
    unlock: (place) => ({
      scriptSig: EMPTY,
      witness: [...stack(place, spend.leafHash), spend.script, spend.controlBlock],
    }),
  }
}

const checkSigLeaf: LockFactory = (random) => {
  const key = random.pick(KEYS)
  const leaf = { script: createScript([xOnly(key), OP_CHECKSIG]) }
  return leafLock('p2tr checksig', random, leaf, (place, leafHash) => [signLeaf(place, key, leafHash)])
}

const multisigLeaf: LockFactory = (random) => {
  const keys = [random.pick(KEYS), random.pick(KEYS), random.pick(KEYS)] as const
  const [a, b, c] = keys
  const script = createScript([
    xOnly(a),
    OP_CHECKSIG,
    xOnly(b),
    OP_CHECKSIGADD,
    xOnly(c),
    OP_CHECKSIGADD,
    OP_2,
    OP_NUMEQUAL,
  ])
  return leafLock('p2tr multisig', random, { script }, (place, leafHash) => [
    signLeaf(place, c, leafHash),
    EMPTY,
    signLeaf(place, a, leafHash),
  ])
}

const trueLeaf: LockFactory = (random) => leafLock('p2tr true', random, { script: createScript([OP_1]) }, () => [])

const successLeaf: LockFactory = (random) => {
  const script = Uint8Array.of(random.pick([80, 98, 126, 137, 187, 254]), ...random.bytes(3))
  return leafLock('p2tr OP_SUCCESS', random, { script }, () => [])
}

const unknownLeafVersion: LockFactory = (random) => {
  const leaf = { script: createScript([OP_1]), leafVersion: random.pick([0xc2, 0x66, 0xfa]) }
  return leafLock('p2tr leaf version', random, leaf, () => [])
}

const unknownKeyType: LockFactory = (random) => {
  const script = createScript([random.bytes(random.pick([0, 1, 31, 33])), OP_CHECKSIG])
  return leafLock('p2tr key type', random, { script }, () => [random.bytes(random.pick([0, 1, 64, 65]))])
}

const randomLeaf: LockFactory = (random) => {
  const stack = randomStack(random)
  return leafLock('p2tr random', random, { script: randomScript(random) }, () => stack)
}

const bigStackLeaf: LockFactory = (random) => {
  const leaf = { script: createScript([OP_DROP, OP_1]) }
  const item = random.bytes(random.pick([80, 81, 520, 521]))
  return leafLock('p2tr big item', random, leaf, () => [item])
}

/** Every signature costs 50 units of a budget that grows with the witness. */
const overBudgetLeaf: LockFactory = (random) => {
  const key = random.pick(KEYS)
  const checks = Array.from({ length: 1 + random.below(6) }, () => [OP_2DUP, OP_CHECKSIG, OP_DROP]).flat()
  const leaf = { script: createScript([xOnly(key), ...checks, OP_2DROP, OP_1]) }
  return leafLock('p2tr budget', random, leaf, (place, leafHash) => [signLeaf(place, key, leafHash)])
}

export function createTaprootLocks(): {
  readonly standard: readonly LockFactory[]
  readonly odd: readonly LockFactory[]
} {
  return {
    standard: [keyPath, checkSigLeaf, multisigLeaf, trueLeaf],
    odd: [successLeaf, unknownLeafVersion, unknownKeyType, randomLeaf, randomLeaf, bigStackLeaf, overBudgetLeaf],
  }
}
