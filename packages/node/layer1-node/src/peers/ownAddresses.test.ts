import { formatService, NETWORK_IPV4, NETWORK_IPV6, parseService } from '@ply/p2p'
import type { Logger } from '@ply/ports'
import { describe, expect, it, test } from 'vitest'
import { type ConnectionSettings, DEFAULT_CONNECTIONS } from './connectionSettings.ts'
import { OwnAddresses, systemInterfaces } from './ownAddresses.ts'

const INTERFACES = ['10.0.0.5', '9.9.9.9', 'fe80::1%eth0', '2a02::7']

function create(settings: Partial<ConnectionSettings>) {
  const lines: string[] = []
  const logger: Logger = { log: (_, text) => void lines.push(text), child: () => logger }
  const isReachable = (network: number) => network === NETWORK_IPV4 || network === NETWORK_IPV6
  const own = new OwnAddresses({
    settings: { ...DEFAULT_CONNECTIONS, listenPort: 8333, ...settings },
    isReachable,
    logger,
  })
  const listen = (addresses: readonly string[], everywhere = false) => {
    own.listening({ addresses, everywhere, interfaces: () => INTERFACES })
    return own.known.list().map(({ service, score }) => `${formatService(service)} ${score}`)
  }
  return { lines, listen }
}

describe('where others can reach us', () => {
  it('is at every address of this machine that somebody outside can use, where we listen on all', () => {
    const { lines, listen } = create({ discover: true })
    expect(listen(['[::]:8333', '0.0.0.0:8333'], true)).toEqual(['9.9.9.9:8333 1', '[2a02::7]:8333 1'])
    expect(lines).toEqual(['AddLocal(9.9.9.9:8333,1)', 'AddLocal([2a02::7]:8333,1)'])
  })

  it('is where we listen, where that is one address', () => {
    expect(create({ discover: true }).listen(['9.9.9.9:5', '127.0.0.1:6'])).toEqual(['9.9.9.9:5 2'])
  })

  it('is nowhere but where the operator says, unless more is to be found', () => {
    const ownAddresses = [parseService('2.2.2.2', 7)!, parseService('3.3.3.3', 7)!]
    const { listen } = create({ ownAddresses })
    expect(listen(['9.9.9.9:5', '0.0.0.0:8333'], true)).toEqual(['2.2.2.2:7 4', '3.3.3.3:7 4'])
  })
})

test('the system tells of no interface that leads back to itself', () => {
  expect(systemInterfaces()).not.toContain('127.0.0.1')
  expect(systemInterfaces()).not.toContain('::1')
})
