;;; emacs.el --- run by test_emacs.py after the user's configuration  -*- lexical-binding: t -*-

(require 'cl-lib)
(require 'eglot)
(require 'json)

(defvar plan (let ((json-object-type 'alist)) (json-read-file (getenv "SPOOKY_PLAN"))))

(defun planned (key) (alist-get key plan))

(defun wait (what condition)
  (with-timeout ((planned 'patience) (error "%s: waited in vain" what))
    (while (not (funcall condition)) (accept-process-output nil 0.01))))

(defun finding (diagnostic)
  (let ((beg (flymake-diagnostic-beg diagnostic)) (end (flymake-diagnostic-end diagnostic)))
    `((line . ,(line-number-at-pos beg))
      (text . ,(buffer-substring-no-properties beg end))
      (message . ,(flymake-diagnostic-text diagnostic)))))

(defun can (&rest path)
  "What the client says of itself."
  (let ((capabilities (eglot-client-capabilities (eglot-current-server))))
    (if (cl-reduce #'plist-get path :initial-value capabilities) t json-false)))

(defun choose (_prompt titles &rest more)
  "Answer a menu by the title that is planned, or by its default for the preferred action."
  (let ((default (nth 4 more)) (title (planned 'title)))
    (when (eq (planned 'preferred) t)
      (unless (equal default title) (error "preferred is: %s" default)))
    (or (car (assoc title titles)) (error "not in the menu: %S" (mapcar #'car titles)))))

(defun list-diagnostics ()
  "As the list of the project has them, in files that are open or not."
  (vconcat
   (mapcar (lambda (diagnostic)
             (let* ((where (flymake-diagnostic-buffer diagnostic))
                    (beg (flymake-diagnostic-beg diagnostic))
                    (line (if (bufferp where) (with-current-buffer where (line-number-at-pos beg)) (car beg)))
                    (file (if (bufferp where) (buffer-file-name where) where)))
               (vector (file-name-nondirectory file) line
                       (pcase (flymake-diagnostic-type diagnostic)
                         ('eglot-error "error") ('eglot-warning "warning") ('eglot-note "note")))))
           (flymake--project-diagnostics))))

(defun shown ()
  (flymake-start) ; what an idle timer does when somebody sits before it
  (flymake-diagnostics))

(defun save ()
  (goto-char (point-max))
  (insert (planned 'typed) "\n")
  (save-buffer)
  nil)

(defun workspace ()
  (let ((here (length (flymake-diagnostics)))
        found)
    (unless (equal (planned 'command) "") (call-interactively (intern (planned 'command))))
    (wait "the other file" (lambda () (> (length (flymake--project-diagnostics)) here)))
    (setq found (list-diagnostics))
    (find-file (planned 'other))
    (wait "the server" #'eglot-managed-p)
    (wait "diagnostics" #'shown)
    `((found . ,found) (found_when_open . ,(list-diagnostics)))))

(defun fix ()
  (let* ((diagnostics (sort (flymake-diagnostics)
                            (lambda (one other) (< (flymake-diagnostic-beg one) (flymake-diagnostic-beg other)))))
         (answer `((findings . ,(vconcat (mapcar #'finding diagnostics)))
                   (resolves . ,(can :textDocument :codeAction :resolveSupport))
                   (annotates . ,(can :workspace :workspaceEdit :changeAnnotationSupport))
                   (pulls . ,(can :textDocument :diagnostic)))))
    (goto-char (flymake-diagnostic-beg (car diagnostics)))
    (let ((completing-read-function #'choose)
          (last-nonmenu-event ?\r)) ; came from the keyboard, so the menu does too
      (cl-letf (((symbol-function 'y-or-n-p) #'always))
        (call-interactively (intern (planned 'command)))))
    (wait "the change" #'buffer-modified-p)
    (save-some-buffers t)
    (wait "the end of the diagnostics" (lambda () (null (flymake-diagnostics))))
    answer))

(defun drive ()
  (find-file (car command-line-args-left))
  (call-interactively #'eglot)
  (wait "the server" #'eglot-managed-p)
  (wait "diagnostics" #'shown)
  (write-region (json-encode (funcall (intern (planned 'scene)))) nil (planned 'answer)))

(defun write-log ()
  (when-let ((server (eglot-current-server)))
    (dolist (buffer (list (jsonrpc-events-buffer server) (jsonrpc-stderr-buffer server)))
      (with-current-buffer buffer (write-region nil nil "~/lsp.log" t)))))

(setq eglot-connect-timeout (planned 'patience)
      eglot-sync-connect (planned 'patience))
(condition-case problem
    (progn
      (unwind-protect (drive) (write-log))
      (eglot-shutdown (eglot-current-server))
      (kill-emacs 0))
  (error (message "%S" problem) (kill-emacs 1)))
