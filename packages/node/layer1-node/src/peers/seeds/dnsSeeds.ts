import { equalBytes } from '@ply/bytes'
import { type NetworkName, type NetworkParameters, NETWORKS } from '@ply/primitives'

/**
 * Servers whose names have addresses of nodes, as Bitcoin Core knows them, with who runs them. Asked for `x9.<name>`
 * they tell of nodes with the services 9 alone. The one of regtest does not exist (RFC 6761).
 */
const DNS_SEEDS: Readonly<Record<NetworkName, readonly string[]>> = {
  main: [
    // Matt Corallo
    'dnsseed.bluematt.me.',
    // Jonas Schnelli
    'seed.bitcoin.jonasschnelli.ch.',
    // Peter Todd
    'seed.btc.petertodd.net.',
    // Sjors Provoost
    'seed.bitcoin.sprovoost.nl.',
    // Stephan Oeste
    'dnsseed.emzy.de.',
    // Jason Maurice
    'seed.bitcoin.wiz.biz.',
    // Ava Chow
    'seed.mainnet.achownodes.xyz.',
  ],
  testnet4: ['seed.testnet4.bitcoin.sprovoost.nl.', 'seed.testnet4.wiz.biz.'],
  signet: ['seed.signet.bitcoin.sprovoost.nl.', 'seed.signet.achownodes.xyz.'],
  regtest: ['dummySeed.invalid.'],
}

/** True for a network that others are on, too: not for a signet of one's own. */
export const isPublic = ({ name, magic }: NetworkParameters): boolean => equalBytes(magic, NETWORKS[name].magic)

export const dnsSeedsOf = (network: NetworkParameters): readonly string[] =>
  isPublic(network) ? DNS_SEEDS[network.name] : []
