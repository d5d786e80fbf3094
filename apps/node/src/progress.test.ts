import { expect, test } from 'vitest'
import { createProgressDisplay } from './progress.ts'

test('one bar at a time, none for what is quick, none left behind', () => {
  let now = 0
  const drawn: string[] = []
  const report = createProgressDisplay({ write: (text) => drawn.push(text), isTTY: true, now: () => now })
  report('connecting blocks', 1, 1)
  report('indexing block files', 0, 100)
  now += 1000
  report('indexing block files', 50, 100)
  report('connecting blocks', 1, 2000)
  now += 1000
  report('connecting blocks', 1000, 2000)
  report('connecting blocks', 2000, 2000)
  expect(drawn.map((text) => text.replaceAll(/[\r█░]|\u001b\[2K/g, '').replace('  ', ' '))).toEqual([
    'indexing block files 50/100',
    '',
    'connecting blocks 1000/2000',
    '',
  ])
})
