import type { BlockNode } from '@ply/chain'
import { hashToDisplay } from '@ply/primitives'
import type { JsonOutput, RpcMethod } from '@ply/rpc'
import { DEFAULT_LEVEL_OPTIONS } from '@ply/storage'
import { guessVerificationProgress } from '../chain/verificationProgress.ts'
import type { Layer1Node } from '../layer1Node.ts'
import { bitsHex, difficultyJson, floatJson, targetHex } from './json/blockJson.ts'

interface ChainstateFacts {
  readonly tip: BlockNode
  /** The block that its coins came as of. */
  readonly base?: BlockNode | undefined
  /** All of its blocks were checked. */
  readonly isValidated: boolean
}

const chainstateJson = (
  { chain }: Layer1Node,
  { tip, base, isValidated }: ChainstateFacts,
): { readonly [name: string]: JsonOutput | undefined } => ({
  blocks: tip.height,
  bestblockhash: hashToDisplay(tip.hash),
  bits: bitsHex(tip.bits),
  target: targetHex(tip.bits),
  difficulty: difficultyJson(tip.bits),
  verificationprogress: floatJson(guessVerificationProgress(chain, tip)),
  coins_db_cache_bytes: DEFAULT_LEVEL_OPTIONS.cacheSize,
  coins_tip_cache_bytes: chain.coinsCacheBytes,
  snapshot_blockhash: base && hashToDisplay(base.hash),
  validated: isValidated,
})

export const chainStatesMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'getchainstates',
    group: 'Blockchain',
    help: 'The sets of coins that are kept: the active one last; before it one that blocks under a snapshot are checked with.',
    params: [],
    handler: () => {
      const { tip, history, snapshotBase: base, tree } = node.chain
      const current = chainstateJson(node, { tip, base, isValidated: !history })
      const checked = history && chainstateJson(node, { tip: history.tip, isValidated: true })
      return { headers: tree.bestHeader.height, chainstates: checked ? [checked, current] : [current] }
    },
  },
]
