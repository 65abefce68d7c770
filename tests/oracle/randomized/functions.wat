;; What one type adds to `guest.wat`, section by section. `{{n}}` is the type's number; Python fills in types, core types
;; and the rows of calls that depend on how many core values there are.

;;; imports
(import "host{{n}}" (func $host{{n}} (param "value" {{type}}) (result {{type}})))

;;; imports-borrowing
(import "host{{n}}" (func $host{{n}} (param "value" {{type}})))

;;; lowered
(core func $lowered{{n}}
  (canon lower (func $host{{n}}) (memory $memory) (realloc $realloc) string-encoding={{encoding}}))

;;; core-imports
(import "host" "host{{n}}" (func $host{{n}} {{lowered-signature}}))

;;; core-functions
;; Writes its arguments down.
(func (export "take{{n}}") {{taken-params}} {{put-params}} (call $drop_all))
;; Calls the import with arguments that the host wrote down; its result is written down by the import or here.
(func (export "call{{n}}") {{call-import}} (call $drop_all))

;;; core-functions-resulting
;; Gives what the host wrote down.
(func (export "give{{n}}") (result {{result}}) (call $get_{{result}} (i32.const 20)))
;; Hands its arguments on to the import, and the result back.
(func (export "echo{{n}}") {{taken-params}} (result {{result}}) {{echo}})

;;; host-instance
(export "host{{n}}" (func $lowered{{n}}))

;;; lifted
(func (export "take{{n}}") (param "value" {{type}})
  (canon lift (core func $main "take{{n}}") (memory $memory) (realloc $realloc) string-encoding={{encoding}}))
(func (export "call{{n}}") (canon lift (core func $main "call{{n}}")))

;;; lifted-resulting
(func (export "give{{n}}") (result {{type}})
  (canon lift (core func $main "give{{n}}") (memory $memory) string-encoding={{encoding}}
    (post-return (core func $base "post-{{result}}"))))
(func (export "echo{{n}}") (param "value" {{type}}) (result {{type}})
  (canon lift (core func $main "echo{{n}}") (memory $memory) (realloc $realloc) string-encoding={{encoding}}
    (post-return (core func $base "post-{{result}}"))))
