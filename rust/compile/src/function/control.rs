//! Structured control: blocks, branches, and code that cannot be reached.

use std::collections::HashMap;

use cranelift_codegen::ir::{self, BlockArg, BlockCall, InstBuilder, JumpTableData, Value};
use dovetail_environ::module::SignatureIndex;
use dovetail_environ::{Error, TrapCode};
use wasmparser::{BlockType, BrTable, Operator};

use super::FunctionTranslator;
use crate::signature::value_type;
use crate::trap;

/// One entry of wasm's control stack.
pub(super) struct Frame {
    kind: FrameKind,
    /// The height of the operand stack below the block's parameters.
    height: usize,
    /// How many results the block has.
    results: usize,
    /// Where control goes after the block; its parameters are the results.
    end: ir::Block,
    /// Whether a branch leads to `end`. If none does, control at most falls through, and no block is needed.
    end_is_target: bool,
}

enum FrameKind {
    /// A block, the function's body, or an `if` after its `else`.
    Block,
    Loop {
        header: ir::Block,
        parameters: usize,
    },
    /// An `if` before its `else`, with the block of the other way and the parameters, which both ways start with.
    If {
        otherwise: ir::Block,
        parameters: Vec<Value>,
    },
    /// An `if` before its `else` without parameters and results: until an `else` comes, its branch leads to `end`.
    PlainIf {
        branch: ir::Inst,
    },
    /// A `try_table`; what it catches is the last of the function's `tries`.
    Try,
}

impl Frame {
    /// Where a branch to this frame goes, and with how many operands.
    fn target(&mut self) -> (ir::Block, usize) {
        match self.kind {
            FrameKind::Loop { header, parameters } => (header, parameters),
            FrameKind::Block | FrameKind::If { .. } | FrameKind::PlainIf { .. } | FrameKind::Try => {
                self.end_is_target = true;
                (self.end, self.results)
            }
        }
    }
}

impl FunctionTranslator<'_> {
    /// Opens the function's own frame.
    pub(super) fn push_function_frame(&mut self, signature: SignatureIndex) {
        let results = &self.environment.module.signatures[signature].results;
        let results = results.iter().copied().map(value_type).collect();
        self.push_frame(FrameKind::Block, 0, results);
    }

    fn push_frame(&mut self, kind: FrameKind, parameters: usize, results: Vec<ir::Type>) -> &mut Frame {
        let end = self.builder.create_block();
        for ty in &results {
            self.builder.append_block_param(end, *ty);
        }
        let height = self.stack.len() - parameters;
        self.frames.push_mut(Frame { kind, height, results: results.len(), end, end_is_target: false })
    }

    /// Follows the nesting of code that cannot be reached, until control is back.
    pub(super) fn unreachable_operator(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } | Operator::TryTable { .. } => {
                self.unreachable_depth += 1;
            }
            Operator::Else if self.unreachable_depth == 0 => self.otherwise(),
            Operator::End if self.unreachable_depth == 0 => self.end(),
            Operator::End => self.unreachable_depth -= 1,
            // Whatever else stands there is never executed, and was validated.
            _ => {}
        }
    }

    pub(super) fn control(&mut self, operator: &Operator<'_>) -> Result<bool, Error> {
        match operator {
            Operator::Block { blockty } => {
                let (parameters, results) = self.environment.block_type(*blockty);
                self.push_frame(FrameKind::Block, parameters, results);
            }
            Operator::Loop { blockty } => self.start_loop(*blockty),
            Operator::TryTable { try_table } => {
                self.push_try_scope(&try_table.catches);
                let (parameters, results) = self.environment.block_type(try_table.ty);
                self.push_frame(FrameKind::Try, parameters, results);
            }
            Operator::If { blockty } => self.start_if(*blockty),
            Operator::Else => self.otherwise(),
            Operator::End => self.end(),
            Operator::Br { relative_depth } => {
                let (block, count) = self.target(*relative_depth);
                let arguments = self.branch_arguments(count);
                self.builder.ins().jump(block, &arguments);
                self.reachable = false;
            }
            Operator::BrIf { relative_depth } => self.branch_if(*relative_depth),
            Operator::BrTable { targets } => self.branch_table(targets)?,
            Operator::Return => self.return_results(),
            Operator::Unreachable => {
                self.builder.ins().trap(trap::to_cranelift(TrapCode::UnreachableCodeReached));
                self.reachable = false;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Where a branch goes, and with how many operands.
    fn target(&mut self, relative_depth: u32) -> (ir::Block, usize) {
        self.frame_target(self.frame_at(relative_depth))
    }

    /// The place in the control stack that a label means.
    pub(super) fn frame_at(&self, relative_depth: u32) -> usize {
        self.frames.len() - 1 - relative_depth as usize
    }

    /// Where a branch to a place in the control stack goes, and with how many operands.
    pub(super) fn frame_target(&mut self, index: usize) -> (ir::Block, usize) {
        self.frames[index].target()
    }

    fn start_loop(&mut self, ty: BlockType) {
        let (parameters, results) = self.environment.block_type(ty);
        let header = self.builder.create_block();
        let values = self.pop_many(parameters);
        for value in &values {
            let ty = self.type_of(*value);
            let parameter = self.builder.append_block_param(header, ty);
            self.push(parameter);
        }
        let arguments: Vec<BlockArg> = values.into_iter().map(BlockArg::Value).collect();
        self.builder.ins().jump(header, &arguments);
        self.builder.switch_to_block(header);
        self.push_frame(FrameKind::Loop { header, parameters }, parameters, results);
        self.look_at_epoch();
    }

    fn start_if(&mut self, ty: BlockType) {
        let (parameters, results) = self.environment.block_type(ty);
        let condition = self.pop();
        let then = self.builder.create_block();
        if parameters == 0 && results.is_empty() {
            let end = self.push_frame(FrameKind::Block, 0, results).end;
            let branch = self.builder.ins().brif(condition, then, [], end, []);
            self.top_frame().kind = FrameKind::PlainIf { branch };
        } else {
            let otherwise = self.builder.create_block();
            let values = self.top(parameters);
            self.builder.ins().brif(condition, then, [], otherwise, []);
            self.builder.seal_block(otherwise);
            self.push_frame(FrameKind::If { otherwise, parameters: values }, parameters, results);
        }
        self.builder.seal_block(then);
        self.builder.switch_to_block(then);
    }

    fn top_frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("validated code is inside a block")
    }

    /// `else`: ends the first way of an `if` and starts the other.
    fn otherwise(&mut self) {
        if self.reachable {
            let (block, count) = self.target(0);
            let arguments = self.branch_arguments(count);
            self.builder.ins().jump(block, &arguments);
        }
        let frame = self.top_frame();
        let (height, end) = (frame.height, frame.end);
        let kind = std::mem::replace(&mut frame.kind, FrameKind::Block);
        self.stack.truncate(height);
        match kind {
            FrameKind::If { otherwise, parameters } => {
                self.stack.extend(parameters);
                self.builder.switch_to_block(otherwise);
            }
            FrameKind::PlainIf { branch } => {
                let otherwise = self.builder.create_block();
                self.builder.change_jump_destination(branch, end, otherwise);
                self.builder.seal_block(otherwise);
                self.builder.switch_to_block(otherwise);
            }
            // Validation refuses an `else` elsewhere.
            FrameKind::Block | FrameKind::Loop { .. } | FrameKind::Try => {}
        }
        self.reachable = true;
    }

    fn end(&mut self) {
        match self.top_frame().kind {
            // An `if` without `else` passes its parameters on as its results.
            FrameKind::If { .. } => self.otherwise(),
            FrameKind::PlainIf { .. } => self.top_frame().end_is_target = true,
            // The landing is code of its own: what is left of the body must go around it.
            FrameKind::Try => self.top_frame().end_is_target |= self.has_landing(),
            FrameKind::Block | FrameKind::Loop { .. } => {}
        }
        let frame = self.frames.pop().expect("validated code has a frame for every `end`");
        if let FrameKind::Loop { header, .. } = frame.kind {
            self.builder.seal_block(header);
        }
        if frame.end_is_target {
            if self.reachable {
                let arguments = self.branch_arguments(frame.results);
                self.builder.ins().jump(frame.end, &arguments);
            }
            if let FrameKind::Try = frame.kind {
                self.pop_try_scope();
            }
            self.stack.truncate(frame.height);
            self.builder.switch_to_block(frame.end);
            self.builder.seal_block(frame.end);
            self.stack.extend_from_slice(self.builder.block_params(frame.end));
            self.reachable = true;
        } else {
            if let FrameKind::Try = frame.kind {
                self.pop_try_scope();
            }
            if !self.reachable {
                self.stack.truncate(frame.height);
            }
        }
        if self.frames.is_empty() && self.reachable {
            let results = self.pop_many(frame.results);
            self.builder.ins().return_(&results);
        }
    }

    fn branch_if(&mut self, relative_depth: u32) {
        let condition = self.pop();
        let (block, count) = self.target(relative_depth);
        let arguments = self.branch_arguments(count);
        let next = self.builder.create_block();
        self.builder.ins().brif(condition, block, &arguments, next, []);
        self.builder.seal_block(next);
        self.builder.switch_to_block(next);
    }

    fn branch_table(&mut self, targets: &BrTable<'_>) -> Result<(), Error> {
        let index = self.pop();
        // Blocks that take operands are reached through one block each: a table has many entries and few targets.
        let mut ways: HashMap<u32, ir::Block> = HashMap::new();
        let mut calls = Vec::with_capacity(targets.len() as usize);
        let mut indirect = Vec::new();
        for depth in targets.targets().chain([Ok(targets.default())]) {
            let depth = depth?;
            let (block, count) = self.target(depth);
            let block = if count == 0 {
                block
            } else {
                *ways.entry(depth).or_insert_with(|| {
                    let way = self.builder.create_block();
                    indirect.push((way, block, count));
                    way
                })
            };
            calls.push(BlockCall::new(block, [], &mut self.builder.func.dfg.value_lists));
        }
        if let Some((default, table)) = calls.split_last() {
            let table = self.builder.create_jump_table(JumpTableData::new(*default, table));
            self.builder.ins().br_table(index, table);
        }
        for (way, block, count) in indirect {
            self.builder.seal_block(way);
            self.builder.switch_to_block(way);
            let arguments = self.branch_arguments(count);
            self.builder.ins().jump(block, &arguments);
        }
        self.reachable = false;
        Ok(())
    }

    fn return_results(&mut self) {
        let count = self.frames[0].results;
        let results = self.top(count);
        self.builder.ins().return_(&results);
        self.reachable = false;
    }
}
