import { Session } from 'node:inspector'

/** The parts that connecting blocks falls into, and the functions that each begins with. */
const PHASES = {
  parse: ['decodeBlock', 'readBlock', 'read'],
  hash: ['computeTxid', 'computeWtxid', 'computeBlockHash', 'blockMerkleRoot', 'blockWitnessMerkleRoot'],
  'block rules': ['checkBlock', 'checkContextualBlock'],
  coins: ['connectBlock', 'requiredOutpoints', 'loadCoins', 'getMany', 'apply', '#change', 'missing'],
  scripts: ['collectBlockScripts'],
  signatures: ['verifyScripts', 'verifyBatch', 'packChecks', 'ecdsaVerify', 'schnorrVerify', '#settle'],
  store: ['flush', '#flush', 'encodeUndo', 'appendUndo', '#appendUndo', 'batch', '#writeIndex', 'evict'],
  'garbage collection': ['(garbage collector)'],
} as const

export type Phase = keyof typeof PHASES | 'other'
export const PHASE_NAMES = [...Object.keys(PHASES), 'other'] as Phase[]

const PHASE_OF = new Map(
  Object.entries(PHASES).flatMap(([phase, names]) => names.map((name) => [name as string, phase as Phase] as const)),
)
const IDLE = new Set(['(idle)', '(root)'])

interface Profile {
  readonly nodes: readonly ProfileNode[]
  readonly samples?: readonly number[]
  readonly timeDeltas?: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string }
  readonly children?: readonly number[]
}

/** Shares of the phases in the time that this thread was busy: each sample counts for the innermost function known. */
function shareOut(
  nodes: readonly ProfileNode[],
  samples: readonly number[],
  deltas: readonly number[],
): ReadonlyMap<Phase, number> {
  const phases = new Map<number, Phase | undefined>()
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const visit = (node: ProfileNode, outer: Phase): void => {
    const { functionName } = node.callFrame
    // A bundler puts a number behind a name that comes twice.
    const phase = PHASE_OF.get(functionName) ?? PHASE_OF.get(functionName.replace(/\d+$/, '')) ?? outer
    phases.set(node.id, IDLE.has(functionName) ? undefined : phase)
    for (const child of node.children ?? []) visit(byId.get(child)!, phase)
  }
  visit(nodes[0]!, 'other')
  const spent = new Map<Phase, number>()
  let busy = 0
  samples.forEach((id, i) => {
    const phase = phases.get(id)
    if (!phase) return
    busy += deltas[i]!
    spent.set(phase, (spent.get(phase) ?? 0) + deltas[i]!)
  })
  return new Map([...spent].map(([phase, time]) => [phase, time / busy]))
}

/** Watches what this thread does. The answer of `stop`: the share of each phase in its busy time. */
export function startProfile(): { stop(): ReadonlyMap<Phase, number> } {
  const session = new Session()
  session.connect()
  // Within one thread, a session answers before `post` returns.
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: 1000 })
  session.post('Profiler.start')
  return {
    stop() {
      let shares: ReadonlyMap<Phase, number> = new Map()
      session.post('Profiler.stop', (_: unknown, { profile }: { profile: Profile }) => {
        shares = shareOut(profile.nodes, profile.samples ?? [], profile.timeDeltas ?? [])
      })
      session.disconnect()
      return shares
    },
  }
}
