import { afterEach, expect, test } from 'vitest'
import { installProvider, nobleProvider } from '@ply/crypto'
import { chooseCryptoProvider, createLogger, selectCategories, SystemClock, systemEntropy } from '@ply/runtime'

afterEach(() => void installProvider(nobleProvider))

test('the example of the README', () => {
  const clock = new SystemClock()
  const lines: string[] = []
  const logger = createLogger({ clock, echo: (line) => lines.push(line), selection: selectCategories(['net']) })
  const provider = chooseCryptoProvider({ logger })
  clock.setMockTime(1_700_000_000_000)
  logger.child('net').log('debug', 'listening', { port: 18444 })
  const nonce = systemEntropy.bytes(32)

  expect(lines[0]).toContain(`Using crypto provider ${provider.name}`)
  expect(lines.at(-1)).toContain('(mocktime: 2023-11-14T22:13:20Z) [net] listening port=18444')
  expect(nonce).toHaveLength(32)
})
