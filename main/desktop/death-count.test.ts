import { expect, it } from 'vitest'
import { DeathCount } from './death-count.ts'

it('two deaths count as a loop only within a minute of each other', () => {
  let now = 0
  const deaths = new DeathCount(() => now)
  expect(deaths.isSecond()).toBe(false)
  now = 61_000
  expect(deaths.isSecond()).toBe(false)
  now += 59_000
  expect(deaths.isSecond()).toBe(true)
})
