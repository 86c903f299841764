// A break: one way to break the code, and the test that must see it.

export interface Break {
  readonly rule: string;
  /** What is broken, in words. */
  readonly what: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly test: string;
  /** Part of the test's name. */
  readonly named: string;
}
