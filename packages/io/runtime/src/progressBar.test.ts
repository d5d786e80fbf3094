import { expect, test } from 'vitest'
import { createProgressBar } from './progressBar.ts'

test('shows on a terminal, after a while, and goes', () => {
  let now = 0
  let drawn = ''
  const terminal = (isTTY: boolean) => ({ write: (text: string) => void (drawn += text), isTTY, now: () => now })
  const silent = createProgressBar(terminal(false), 'x')
  now = 5000
  silent.update(1, 2)
  silent.end()
  expect(drawn).toBe('')
  const shown = createProgressBar(terminal(true), 'mining')
  shown.update(1, 4)
  shown.end()
  expect(drawn).toBe('')
  now += 1000
  shown.update(2, 4)
  expect(drawn).toBe('\r\u001b[2Kmining ████████████░░░░░░░░░░░░ 2/4')
  shown.update(3, 4)
  expect(drawn).not.toContain('3/4')
  shown.end()
  expect(drawn.endsWith('2/4\r\u001b[2K')).toBe(true)
})
