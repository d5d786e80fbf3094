import { VersionBitsCache } from '@ply/consensus'
import type { Warnings } from '../warnings.ts'
import type { ChainListener } from './chainListener.ts'
import type { ChainManager } from './chainManager.ts'

/** Warns when miners activated rules that nobody here knows: what is checked may be less than the network checks. */
export function createUnknownRulesListener(chain: ChainManager, warnings: Warnings): ChainListener {
  const versionBits = new VersionBitsCache(chain.parameters)
  return {
    blockConnected: ({ node }) => {
      if (chain.isInitialBlockDownload()) return
      for (const { bit, active } of versionBits.unknownActivations(node)) {
        const text = `Unknown new rules activated (versionbit ${bit})`
        if (active) warnings.set('unknown-new-rules-activated', text)
      }
    },
  }
}
