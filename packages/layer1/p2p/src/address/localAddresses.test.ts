import { expect, test } from 'vitest'
import { type Service } from './host.ts'
import { LOCAL_SCORE, LocalAddresses } from './localAddresses.ts'
import { formatService, parseService } from './text.ts'

const at = (text: string): Service => parseService(text, 8333)!
const ONION = 'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion'
const I2P = 'h3r6bkn46qxftwja53pxiykntegfyfjqtnzbm6iv6r5mungmqgmq.b32.i2p:0'
const FOUR = '9.9.9.9'
const SIX = '[2620:fe::9]'

function book(...texts: string[]): LocalAddresses {
  const local = new LocalAddresses()
  for (const text of texts) local.add(at(text), LOCAL_SCORE.named)
  return local
}
const told = (local: LocalAddresses, peer: string, through = at(peer).network): string | undefined => {
  const best = local.bestFor({ host: at(peer), network: through })
  return best && formatService(best)
}

test('each peer is told what it can best reach', () => {
  const local = book(FOUR, SIX)
  expect(told(local, '8.8.8.8')).toBe('9.9.9.9:8333')
  expect(told(local, '[2600::1]')).toBe('[2620:fe::9]:8333')
  expect(told(local, '127.0.0.1')).toBe('9.9.9.9:8333')
  expect(told(book(SIX), '8.8.8.8')).toBe('[2620:fe::9]:8333')
})

test('what we are called in a hidden network stays there, and what we are called elsewhere outside', () => {
  const local = book(FOUR, ONION, I2P)
  expect(told(local, '8.8.8.8')).toBe('9.9.9.9:8333')
  expect(told(local, ONION)).toBe(`${ONION}:8333`)
  expect(told(local, '127.0.0.1', at(ONION).network)).toBe(`${ONION}:8333`)
  expect(told(local, I2P)).toBe(I2P)
  expect(told(book(FOUR), ONION)).toBeUndefined()
  expect(told(book(ONION), '8.8.8.8')).toBeUndefined()
})

test('the surest of those that are as good; what is said again is surer; what cannot be reached is none', () => {
  const local = new LocalAddresses()
  for (const [text, score] of [
    ['9.9.9.9', 1],
    ['9.9.9.8', 2],
    ['10.0.0.1', 4],
    ['127.0.0.1', 4],
  ] as const) {
    local.add(at(text), score)
  }
  expect(told(local, '8.8.8.8')).toBe('9.9.9.8:8333')
  local.add(at('9.9.9.9'), LOCAL_SCORE.bound)
  expect(local.list().map(({ service, score }) => [formatService(service), score])).toEqual([
    ['9.9.9.9:8333', 3],
    ['9.9.9.8:8333', 2],
  ])
  local.remove(at('9.9.9.9'))
  expect(told(local, '8.8.8.8')).toBe('9.9.9.8:8333')
})
