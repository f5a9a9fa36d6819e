// tinykeys 3 ships types that its `exports` hide.
declare module 'tinykeys' {
  /** Modifiers and key of one press. */
  export type KeyBindingPress = [modifiers: string[], key: string | RegExp];
  /** Returns the presses of a binding such as `$mod+Shift+KeyZ`. */
  export function parseKeybinding(binding: string): KeyBindingPress[];
  /** Tells whether an event is a press, with exactly its modifiers. */
  export function matchKeyBindingPress(event: KeyboardEvent, press: KeyBindingPress): boolean;
}
