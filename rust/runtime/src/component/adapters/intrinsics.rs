//! What adapters ask of the host. Text and handles are the walker's work, here as there.

use std::sync::Arc;

use super::violation;
use crate::abi::{FlatType, ResourceIndex, StringEncoding, Types};
use crate::component::handles;
use crate::component::passed::Lowered;
use crate::component::resource::{ResourceHandle, ResourceType};
use crate::component::room;
use crate::component::seam::GuestText;
use crate::component::signature::core_type;
use crate::component::state::{InstanceId, refused};
use crate::component::walker::{Budget, LiftContext, LowerContext, Options, Pace, Place, StringSlot, load_text};
use crate::environ::component::adapter::{Failure, Intrinsic};
use crate::environ::module::Signature;
use crate::error::{Error, Result};
use crate::func::Func;
use crate::store::Store;
use crate::value::ValRaw;

/// What the intrinsics of one instance of adapters know.
pub(super) struct Sides {
    /// The canonical options of each side.
    pub(super) options: Vec<Options>,
    /// Caller and callee of each adapter.
    pub(super) calls: Vec<(InstanceId, InstanceId)>,
    pub(super) types: Arc<Types>,
    pub(super) resources: Arc<[ResourceType]>,
}

/// Makes the intrinsics of an instance, in the order of their table.
pub(super) fn intrinsics(store: &mut Store, sides: Sides) -> Vec<Func> {
    let sides = Arc::new(sides);
    Intrinsic::ALL
        .iter()
        .map(|intrinsic| {
            let (intrinsic, sides) = (*intrinsic, sides.clone());
            Func::new_raw(store, signature(intrinsic), move |store, _, values| sides.run(store, intrinsic, values))
        })
        .collect()
}

/// The core type of an intrinsic.
fn signature(intrinsic: Intrinsic) -> Signature {
    let (params, results) = intrinsic.signature();
    let types = |types: &[FlatType]| types.iter().map(|ty| core_type(*ty)).collect();
    Signature { params: types(params), results: types(results) }
}

impl Sides {
    fn run(&self, store: &mut Store, intrinsic: Intrinsic, values: &mut [ValRaw]) -> Result<()> {
        match intrinsic {
            Intrinsic::RefuseLeave => {
                let (caller, _) = self.call(values)?;
                store.component().check_may_leave(caller)?;
                Err(Error::bug("an adapter refused a call that may leave its instance"))
            }
            Intrinsic::RefuseEnter => {
                let (caller, callee) = self.call(values)?;
                let state = store.component();
                Err(refused(state.entering(callee, &state.lineage(callee), Some(caller))))
            }
            Intrinsic::Fail => match Failure::from_number(at(values, 0)?.i32()) {
                Some(failure) => Err(violation(failure, at(values, 1)?.u64(), at(values, 2)?.u64())),
                None => Err(Error::bug("an adapter failed for an unknown reason")),
            },
            Intrinsic::CheckString => {
                let options = self.side(values, 0)?;
                let (pointer, length) = (options.pointer(&at(values, 1)?), options.pointer(&at(values, 2)?));
                load_text(&mut self.lifting(store, options), pointer, length)?;
                Ok(())
            }
            Intrinsic::Transcode => self.transcode(store, values),
            Intrinsic::LiftOwn => {
                let (options, resource, handle) = (self.side(values, 0)?, self.resource(values)?, at(values, 2)?.u32());
                let lifted = handles::lift_own(&mut self.lifting(store, options), handle, resource, false)?;
                store.component_mut().in_transit.push_back(lifted);
                Ok(())
            }
            Intrinsic::LiftBorrow => {
                let (options, resource, handle) = (self.side(values, 0)?, self.resource(values)?, at(values, 2)?.u32());
                let lifted = handles::lift_borrow(&mut self.lifting(store, options), handle, resource, false)?;
                let state = store.component_mut();
                state.in_transit.push_back(lifted);
                state.lend(options.instance, handle);
                Ok(())
            }
            Intrinsic::LowerOwn => self.lower(store, values, handles::lower_own),
            Intrinsic::LowerBorrow => self.lower(store, values, handles::lower_borrow),
            Intrinsic::PushScope => {
                store.component_mut().push_scope();
                Ok(())
            }
            Intrinsic::CheckScope => store.component_mut().check_scope(),
            Intrinsic::PopScope => {
                store.component_mut().pop_scope();
                Ok(())
            }
        }
    }

    /// Lowers the handle that was lifted first of those that were not lowered yet.
    fn lower(
        &self,
        store: &mut Store,
        values: &mut [ValRaw],
        lower: fn(&mut LowerContext<'_>, &ResourceHandle, ResourceType) -> Result<u32>,
    ) -> Result<()> {
        let (options, resource) = (self.side(values, 0)?, self.resource(values)?);
        let Some(handle) = store.component_mut().in_transit.pop_front() else {
            return Err(Error::bug("an adapter lowered a handle that it had not lifted"));
        };
        let index = lower(&mut self.lowering(store, options, &mut []), &handle, resource)?;
        *values.first_mut().ok_or_else(too_few)? = ValRaw::from_u32(index);
        Ok(())
    }

    /// Stores a checked string as the specification has it for the two encodings.
    fn transcode(&self, store: &mut Store, values: &mut [ValRaw]) -> Result<()> {
        let (from, to) = (self.side(values, 0)?, self.side(values, 1)?);
        let (pointer, length) = (from.pointer(&at(values, 2)?), from.pointer(&at(values, 3)?));
        let text = OwnedText::copy(load_text(&mut self.lifting(store, from), pointer, length)?)?;
        let mut flat = [ValRaw::default(); 2];
        let mut cx = self.lowering(store, to, &mut flat);
        let mut slot = StringSlot::new(&mut cx, Place::Flat);
        let tagged = from.encoding == StringEncoding::Latin1Utf16;
        match &text {
            OwnedText::Utf8(text) => slot.utf8(text)?,
            OwnedText::Latin1(bytes) => slot.latin1(bytes)?,
            OwnedText::Utf16(bytes) => slot.guest_utf16(bytes, tagged)?,
        }
        let results = values.get_mut(..2).ok_or_else(too_few)?;
        results.copy_from_slice(&flat);
        Ok(())
    }

    fn call(&self, values: &[ValRaw]) -> Result<(InstanceId, InstanceId)> {
        let number = at(values, 0)?.u32();
        self.calls.get(number as usize).copied().ok_or_else(|| Error::bug(format!("there is no adapter {number}")))
    }

    fn side(&self, values: &[ValRaw], position: usize) -> Result<&Options> {
        let number = at(values, position)?.u32();
        self.options.get(number as usize).ok_or_else(|| Error::bug(format!("an adapter has no side {number}")))
    }

    fn resource(&self, values: &[ValRaw]) -> Result<ResourceType> {
        let index = ResourceIndex::from_u32(at(values, 1)?.u32());
        let ty = self.resources.get(index.as_u32() as usize).copied();
        ty.ok_or_else(|| Error::bug(format!("{index:?} has no resource type at run time")))
    }

    fn lifting<'a>(&'a self, store: &'a mut Store, options: &'a Options) -> LiftContext<'a> {
        LiftContext {
            budget: Budget::unbounded(),
            pace: Pace::default(),
            store,
            options,
            types: &self.types,
            resources: &self.resources,
            flat: &[],
            position: 0,
            between_guests: true,
            loans: None,
        }
    }

    fn lowering<'a>(&'a self, store: &'a mut Store, options: &'a Options, flat: &'a mut [ValRaw]) -> LowerContext<'a> {
        let scope = store.component().scope();
        LowerContext {
            store,
            options,
            types: &self.types,
            resources: &self.resources,
            flat,
            position: 0,
            between_guests: true,
            lowered: Lowered::within(scope),
            pace: Pace::default(),
        }
    }
}

/// A string on the way from one memory to another in another encoding.
enum OwnedText {
    Utf8(String),
    Latin1(Vec<u8>),
    Utf16(Vec<u8>),
}

impl OwnedText {
    fn copy(text: GuestText<'_>) -> Result<OwnedText> {
        Ok(match text {
            GuestText::Ascii(text) | GuestText::Utf8(text) => OwnedText::Utf8(room::string(text)?),
            GuestText::Latin1(bytes) => OwnedText::Latin1(room::copy(bytes)?),
            GuestText::Utf16(bytes) => OwnedText::Utf16(room::copy(bytes)?),
        })
    }
}

fn too_few() -> Error {
    Error::bug("an intrinsic was called with too few values")
}

fn at(values: &[ValRaw], position: usize) -> Result<ValRaw> {
    values.get(position).copied().ok_or_else(too_few)
}
