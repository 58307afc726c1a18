-- Run by test_neovim.py before the user's configuration is read; DriveNeovim() is called when the file is open.

if not vim.lsp.config then -- before 0.11: what the README's lines do there, in older words
  local configs, client = {}, nil
  function vim.lsp.config(name, config) configs[name] = config end
  function vim.lsp.enable(name)
    vim.api.nvim_create_autocmd('FileType', {
      pattern = configs[name].filetypes,
      callback = function(event)
        client = client or vim.lsp.start_client({ name = name, cmd = configs[name].cmd, root_dir = vim.fn.getcwd() })
        vim.lsp.buf_attach_client(event.buf, client)
      end,
    })
  end
end
if vim.fn.has('nvim-0.8') == 0 then -- always shows the menu
  local code_action = vim.lsp.buf.code_action
  function vim.lsp.buf.code_action(options) code_action(options and options.context) end
end
require('vim.lsp.log').set_level('trace')

local plan = vim.fn.json_decode(vim.fn.readfile(vim.env.SPOOKY_PLAN))
local failure

local function wait(what, condition)
  local in_time = vim.wait(plan.patience * 1000, function() return failure or condition() end, 10)
  assert(not failure, failure)
  assert(in_time, what .. ': waited in vain')
end

local function finding(diagnostic)
  local from, to = { diagnostic.lnum, diagnostic.col }, { diagnostic.end_lnum, diagnostic.end_col }
  local lines = vim.api.nvim_buf_get_text(0, from[1], from[2], to[1], to[2], {})
  return { line = from[1] + 1, text = table.concat(lines, '\n'), message = diagnostic.message }
end

function vim.ui.select(items, options, choose)
  local titles = vim.tbl_map(options.format_item, items)
  for index, title in ipairs(titles) do
    if title == plan.title then return choose(items[index], index) end
  end
  failure = 'not in the menu: ' .. vim.inspect(titles)
end

local function drive()
  wait('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
  local diagnostics = vim.diagnostic.get(0)
  table.sort(diagnostics, function(one, other) return one.lnum < other.lnum end)
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  local answer = {
    findings = vim.tbl_map(finding, diagnostics),
    resolves = capabilities.textDocument.codeAction.resolveSupport ~= nil,
    annotates = capabilities.workspace.workspaceEdit.changeAnnotationSupport ~= nil,
  }

  vim.api.nvim_win_set_cursor(0, { diagnostics[1].lnum + 1, diagnostics[1].col })
  assert(loadstring(plan.command))()
  wait('the change', function() return vim.bo.modified end)
  vim.cmd('silent wall')
  wait('the end of the diagnostics', function() return #vim.diagnostic.get(0) == 0 end)
  vim.fn.writefile({ vim.fn.json_encode(answer) }, plan.answer)
end

function DriveNeovim()
  local ok, message = xpcall(drive, debug.traceback)
  if ok then vim.cmd('qall') end
  io.stderr:write(message .. '\n')
  vim.cmd('cquit 1')
end
