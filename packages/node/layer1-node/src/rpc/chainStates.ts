import { hashToDisplay } from '@ply/primitives'
import type { RpcMethod } from '@ply/rpc'
import { DEFAULT_LEVEL_OPTIONS } from '@ply/storage'
import { guessVerificationProgress } from '../chain/verificationProgress.ts'
import type { Layer1Node } from '../layer1Node.ts'
import { bitsHex, difficultyJson, floatJson, targetHex } from './json/blockJson.ts'

export const chainStatesMethods = ({ chain }: Layer1Node): RpcMethod[] => [
  {
    name: 'getchainstates',
    group: 'Blockchain',
    help: 'The sets of coins that are kept: one, which stands for blocks that were all checked.',
    params: [],
    handler: () => {
      const { tip } = chain
      return {
        headers: chain.tree.bestHeader.height,
        chainstates: [
          {
            blocks: tip.height,
            bestblockhash: hashToDisplay(tip.hash),
            bits: bitsHex(tip.bits),
            target: targetHex(tip.bits),
            difficulty: difficultyJson(tip.bits),
            verificationprogress: floatJson(guessVerificationProgress(chain)),
            coins_db_cache_bytes: DEFAULT_LEVEL_OPTIONS.cacheSize,
            coins_tip_cache_bytes: chain.coinsCacheBytes,
            validated: true,
          },
        ],
      }
    },
  },
]
