import { unwrap } from '@ply/bytes'
import { decodeSeedList, type Service } from '@ply/p2p'
import type { NetworkName, NetworkParameters } from '@ply/primitives'
import main from './data/main.ts'
import signet from './data/signet.ts'
import testnet4 from './data/testnet4.ts'
import { isPublic } from './dnsSeeds.ts'

/** In base64. */
const LISTS: Readonly<Record<NetworkName, string>> = { main, testnet4, signet, regtest: '' }

/** Nodes that could be reached when the lists were made. None on regtest, nor on a signet of one's own. */
export const fixedSeedsOf = (network: NetworkParameters): readonly Service[] =>
  isPublic(network) ? unwrap(decodeSeedList(new Uint8Array(Buffer.from(LISTS[network.name], 'base64')))) : []
