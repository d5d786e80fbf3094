// Rows 0 to 8 have no clock, randomness, I/O, Buffer, timers or async. eslint says it per line; this says it per word,
// so that no clever spelling and no missing lint configuration lets one in.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { imports, isTest, packages, report, root, sources } from './workspace.mjs'
import { isPure } from './rows.mjs'

const forbidden = [
  [/\bDate\s*[.(]/, 'the clock'],
  [/\bnew Date\b/, 'the clock'],
  [/\bperformance\./, 'the clock'],
  [/\bMath\.random\b/, 'randomness'],
  [/\bgetRandomValues\b/, 'randomness'],
  [/\brandomBytes\b/, 'randomness'],
  [/\bBuffer\b/, 'Buffer'],
  [/\bset(Timeout|Interval|Immediate)\b/, 'timers'],
  [/\bqueueMicrotask\b/, 'timers'],
  [/\basync\b/, 'async'],
  [/\bawait\b/, 'async'],
  [/\bconsole\./, 'the console'],
  [/\bprocess\./, 'the process'],
  [/\bfetch\(/, 'the network'],
]

/** Text with comments and string contents blanked, line numbers kept. */
function code(text) {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    (match) => (match.startsWith('`') ? match.replace(/(^|\})[^$]*?(\$\{|$)/g, '$1$2') : match.replace(/[^\n]/g, ' ')),
  )
}

const problems = []
for (const { folder, name } of packages()) {
  if (!isPure(name)) continue
  for (const file of sources(folder)) {
    if (isTest(file)) continue
    for (const { specifier } of imports(file)) {
      if (specifier.startsWith('node:')) problems.push(`${file}: imports ${specifier}`)
    }
    code(readFileSync(join(root, file), 'utf8'))
      .split('\n')
      .forEach((line, i) => {
        for (const [pattern, what] of forbidden)
          if (pattern.test(line)) problems.push(`${file}:${i + 1}: ${what} in a pure package`)
      })
  }
}
report('purity', problems)
