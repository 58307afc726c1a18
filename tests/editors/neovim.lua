-- Run by test_neovim.py before the user's configuration is read; DriveNeovim() is called when the file is open.

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

local function found()
  local all = {}
  for _, one in ipairs(vim.diagnostic.get(nil)) do
    local file = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(one.bufnr), ':t')
    local severity = ({ 'error', 'warning', 'information', 'hint' })[one.severity]
    table.insert(all, { file, one.lnum + 1, severity })
  end
  return all
end

local scenes = {}

function scenes.save()
  vim.fn.append('$', plan.typed)
  vim.cmd('silent write')
  return {}
end

function scenes.workspace()
  local bufnr = vim.api.nvim_get_current_buf()
  if plan.command ~= '' then
    vim.cmd(plan.command)
    wait('the list', function() return #vim.fn.getqflist() > #vim.diagnostic.get(bufnr) end)
    assert(#vim.fn.getqflist() == #found(), vim.inspect(vim.fn.getqflist()))
  end
  wait('the other file', function() return #vim.diagnostic.get(nil) > #vim.diagnostic.get(bufnr) end)
  local answer = { found = found() }

  vim.cmd('edit ' .. vim.fn.fnameescape(plan.other))
  local client = vim.lsp.get_clients({ name = 'spooky' })[1]
  local asked = vim.lsp.diagnostic.get_namespace(client.id, true)
  wait('what was asked for', function() return #vim.diagnostic.get(0, { namespace = asked }) > 0 end)
  vim.wait(1000, function() return #found() == #answer.found end, 10)
  answer.found_when_open = found()
  return answer
end

function scenes.fix()
  local diagnostics = vim.diagnostic.get(0)
  table.sort(diagnostics, function(one, other) return one.lnum < other.lnum end)
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  local answer = {
    findings = vim.tbl_map(finding, diagnostics),
    resolves = capabilities.textDocument.codeAction.resolveSupport ~= nil,
    annotates = capabilities.workspace.workspaceEdit.changeAnnotationSupport ~= nil,
    pulls = capabilities.textDocument.diagnostic ~= nil,
  }

  vim.api.nvim_win_set_cursor(0, { diagnostics[1].lnum + 1, diagnostics[1].col })
  assert(loadstring(plan.command))()
  wait('the change', function() return vim.bo.modified end)
  vim.cmd('silent wall')
  wait('the end of the diagnostics', function() return #vim.diagnostic.get(0) == 0 end)
  return answer
end

local function drive()
  wait('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
  vim.fn.writefile({ vim.fn.json_encode(scenes[plan.scene]()) }, plan.answer)
end

function DriveNeovim()
  local ok, message = xpcall(drive, debug.traceback)
  if ok then vim.cmd('qall') end
  io.stderr:write(message .. '\n')
  vim.cmd('cquit 1')
end
