import { blockchainResults } from './blockchain.ts'
import { controlResults } from './control.ts'
import { miningResults } from './mining.ts'
import { networkResults } from './network.ts'
import { psbtResults } from './psbt.ts'
import { transactionResults } from './transactions.ts'

/** What every method of a Layer 1 node answers, by its name. */
export const LAYER1_RESULTS = {
  ...blockchainResults,
  ...transactionResults,
  ...psbtResults,
  ...miningResults,
  ...networkResults,
  ...controlResults,
}

export type Layer1Method = keyof typeof LAYER1_RESULTS
