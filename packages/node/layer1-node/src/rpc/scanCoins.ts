import { bytesToHex } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import type { Coin } from '@ply/consensus'
import { hashToDisplay, type OutPoint, type Txid } from '@ply/primitives'
import {
  btcAmount,
  type JsonOutput,
  optional,
  param,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import type { DerivedOutput } from '@ply/script'
import { visitCoins } from '../chain/frozenCoins.ts'
import type { Layer1Node } from '../layer1Node.ts'
import { knowledgeOf } from './descriptor.ts'
import { inferDescriptor } from './json/scriptJson.ts'
import { createScanHandler, type Scan, type Scanner } from './scanAction.ts'
import { expandScanObjects } from './scanObjects.ts'
import { SCAN_OBJECTS } from './paramShapes.ts'

/** Coins between two looks whether to go on, and between two notes of how far the scan is. */
const PACE = 8192
const PROGRESS_PACE = 256

interface CoinScan extends Scan {
  /** What is wanted, by script in hex. */
  readonly scripts: ReadonlyMap<string, DerivedOutput>
  /** Percent. */
  progress: number
}

/** How much of all txids lies up to this one, in percent: they are spread evenly, and come in order. */
const progressAt = (txid: Txid): number => Math.floor(((txid[0]! * 0x100 + txid[1]!) * 100) / 0x10000 + 0.5)

/** Finds coins, and tells how far it is. */
class CoinScanner implements Scanner<CoinScan> {
  readonly #node: Layer1Node

  constructor(node: Layer1Node) {
    this.#node = node
  }

  begin(args: RpcArguments): CoinScan {
    if (!args.has('scanobjects')) {
      throw new RpcError(RPC_ERROR.misc, 'scanobjects argument is required for the start action')
    }
    const scripts = expandScanObjects(this.#node, args.array('scanobjects'))
    return { scripts, progress: 0, aborted: false }
  }

  status({ progress }: CoinScan): JsonOutput {
    return { progress }
  }

  run(scan: CoinScan): Promise<JsonOutput> {
    const { chain, interrupted } = this.#node
    return visitCoins(chain, interrupted, (coins, tip) => this.#find(scan, { coins, tip }))
  }

  async #find(
    scan: CoinScan,
    { coins, tip }: { readonly coins: AsyncIterable<readonly [OutPoint, Coin, number]>; readonly tip: BlockNode },
  ): Promise<JsonOutput> {
    let success = true
    let txouts = 0
    let total = 0n
    const unspents: JsonOutput[] = []
    for await (const [outpoint, coin] of coins) {
      txouts++
      if (txouts % PACE === 0 && scan.aborted) {
        success = false
        break
      }
      if (txouts % PROGRESS_PACE === 0) scan.progress = progressAt(outpoint.txid)
      const wanted = scan.scripts.get(bytesToHex(coin.output.scriptPubKey))
      if (!wanted) continue
      total += coin.output.value
      unspents.push(this.#unspentJson(outpoint, coin, { wanted, tip }))
    }
    return {
      success,
      txouts,
      height: tip.height,
      bestblock: hashToDisplay(tip.hash),
      unspents,
      total_amount: btcAmount(total),
    }
  }

  #unspentJson(
    { txid, index }: OutPoint,
    { output, height, isCoinbase }: Coin,
    { wanted, tip }: { readonly wanted: DerivedOutput; readonly tip: BlockNode },
  ): JsonOutput {
    return {
      txid: hashToDisplay(txid),
      vout: index,
      scriptPubKey: bytesToHex(output.scriptPubKey),
      desc: inferDescriptor(output.scriptPubKey, this.#node.network, knowledgeOf(wanted)),
      amount: btcAmount(output.value),
      coinbase: isCoinbase,
      height,
      blockhash: hashToDisplay(tip.ancestor(height)!.hash),
      confirmations: tip.height - height + 1,
    }
  }
}

export function scanCoinsMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'scantxoutset',
      group: 'Blockchain',
      help: 'Finds the unspent outputs of descriptors.',
      params: [
        param('action', 'string', 'start, status or abort.'),
        optional('scanobjects', 'array', 'Descriptors.', { shape: SCAN_OBJECTS }),
      ],
      handler: createScanHandler(new CoinScanner(node)),
    },
  ]
}
