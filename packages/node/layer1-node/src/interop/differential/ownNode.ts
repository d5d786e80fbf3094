import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MempoolOptions } from '@ply/mempool'
import { type BuriedDeployment, type NetworkParameters, REGTEST } from '@ply/primitives'
import { createRpcTable, parseJson, RpcError, stringifyJson } from '@ply/rpc'
import { silentLogger } from '@ply/runtime'
import { ManualClock, SeededEntropy } from '@ply/testkit'
import { Layer1Node } from '../../layer1Node.ts'
import { createLayer1Methods } from '../../rpc/table.ts'
import type { PolicyName, Setup, Side } from './side.ts'

/** Our node in this process, and the node itself to look into. */
export interface OwnSide extends Side {
  readonly node: Layer1Node
}

/** A clock that stands still at the time that `setmocktime` gives. */
class HeldClock extends ManualClock {
  #now: number

  constructor(now: number) {
    super(now)
    this.#now = now
  }

  override now(): number {
    return this.#now
  }

  setMockTime(milliseconds: number | undefined): void {
    this.#now = milliseconds ?? this.#now
  }
}

const DEPLOYMENTS: Readonly<Record<keyof Setup['activation'], BuriedDeployment>> = {
  segwit: 'segwit',
  bip34: 'bip34',
  dersig: 'bip66',
  cltv: 'bip65',
  csv: 'csv',
}

export function networkOf(setup: Setup): NetworkParameters {
  const buriedHeights = { ...REGTEST.consensus.buriedHeights }
  for (const [name, height] of Object.entries(setup.activation)) {
    buriedHeights[DEPLOYMENTS[name as keyof Setup['activation']]] = height
  }
  return { ...REGTEST, consensus: { ...REGTEST.consensus, buriedHeights, enforceBip94: setup.bip94 ?? false } }
}

function mempoolOptions({ requireStandard, policy }: Setup): Partial<MempoolOptions> {
  const rate = (name: PolicyName): bigint | undefined => {
    const value = policy[name]
    return value === undefined ? undefined : BigInt(value)
  }
  const chosen = {
    minRelayFeeRate: rate('minrelaytxfee'),
    incrementalFeeRate: rate('incrementalrelayfee'),
    dustFeeRate: rate('dustrelayfee'),
    maxDatacarrierBytes: policy.datacarriersize,
    permitBareMultisig: policy.permitbaremultisig === undefined ? undefined : policy.permitbaremultisig !== 0,
    maxClusterCount: policy.limitclustercount,
    maxClusterWeight: policy.limitclustersize === undefined ? undefined : policy.limitclustersize * 4000,
  }
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined)
  return { ...(Object.fromEntries(given) as Partial<MempoolOptions>), requireStandard }
}

/** Starts our node, without peers, on a data directory of its own. */
export async function startOwnNode(setup: Setup): Promise<OwnSide> {
  const directory = await mkdtemp(join(tmpdir(), 'ply-differential-'))
  const node = await Layer1Node.start({
    network: networkOf(setup),
    directory,
    clock: new HeldClock(setup.now * 1000),
    entropy: new SeededEntropy(1),
    logger: silentLogger,
    transport: {
      connect: () => Promise.reject(new Error('there are no peers here')),
      listen: () => Promise.reject(new Error('there are no peers here')),
    },
    txIndex: false,
    mempool: mempoolOptions(setup),
  })
  const table = createRpcTable(createLayer1Methods(node, { stop: () => undefined }))
  return {
    name: 'ply',
    node,
    async call(method, params = []) {
      try {
        const written = stringifyJson(await table.call(method, JSON.parse(stringifyJson(params)) as never, {} as never))
        const read = parseJson(written)
        if (!read.ok) throw new Error(`our own JSON cannot be read: ${written.slice(0, 100)}`)
        return { ok: true, result: read.value }
      } catch (error) {
        if (!(error instanceof RpcError)) throw error
        return { ok: false, code: error.code, message: error.message }
      }
    },
    async stop() {
      await node.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
