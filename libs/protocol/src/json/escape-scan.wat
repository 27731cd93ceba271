;; Finds bytes that JSON text escapes in a string: control characters, the quote and the backslash, 16 bytes at a time.
;; escape-scan-code.ts holds what this assembles to; escape-scan.spec.ts holds the two together.
(module
  (memory (export "memory") 1)

  ;; Whether none of the first $length bytes of the memory, 16 or more, is one of them.
  (func (export "isPlain") (param $length i32) (result i32)
    (local $at i32)
    (local $last i32)
    (local $bytes v128)
    (local $found v128)
    (local.set $last (i32.sub (local.get $length) (i32.const 16)))
    (loop $next
      (local.set $bytes (v128.load (local.get $at)))
      (local.set $found
        (v128.or
          (v128.or
            (local.get $found)
            (i8x16.lt_u (local.get $bytes) (v128.const i64x2 0x2020202020202020 0x2020202020202020)))
          (v128.or
            (i8x16.eq (local.get $bytes) (v128.const i64x2 0x2222222222222222 0x2222222222222222))
            (i8x16.eq (local.get $bytes) (v128.const i64x2 0x5c5c5c5c5c5c5c5c 0x5c5c5c5c5c5c5c5c)))))
      (if (i32.lt_u (local.get $at) (local.get $last))
        (then
          ;; The last bytes overlap those before them, where the length is no multiple of 16.
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (if (i32.gt_u (local.get $at) (local.get $last)) (then (local.set $at (local.get $last))))
          (br $next))))
    (i32.eqz (v128.any_true (local.get $found)))))
