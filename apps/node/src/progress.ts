import type { ReportProgress } from '@ply/layer1-node'
import { createProgressBar, type ProgressBar, type ProgressTerminal } from '@ply/runtime'

/** Draws one bar at a time: of the task that was heard of last, until it is done. */
export function createProgressDisplay(terminal: ProgressTerminal): ReportProgress {
  let current: { readonly task: string; readonly bar: ProgressBar } | undefined
  return (task, done, total) => {
    if (current?.task !== task) {
      current?.bar.end()
      current = { task, bar: createProgressBar(terminal, task) }
    }
    current.bar.update(done, total)
    if (done < total) return
    current.bar.end()
    current = undefined
  }
}
