//! The name section, for backtraces. It is custom, so whatever is wrong with it is ignored (core specification,
//! appendix "Custom Sections"): names read before the fault are kept.

use wasmparser::{CustomSectionReader, KnownCustom, Name};

use crate::module::{FuncIndex, Module};

/// Reads the module's and the functions' names, where `section` is the name section.
pub(super) fn read(section: &CustomSectionReader<'_>, module: &mut Module) {
    let KnownCustom::Name(reader) = section.as_known() else {
        return;
    };
    for subsection in reader {
        let Ok(subsection) = subsection else {
            return;
        };
        match subsection {
            Name::Module { name, .. } => module.name = Some(name.to_string()),
            Name::Function(names) => {
                for naming in names {
                    let Ok(naming) = naming else {
                        return;
                    };
                    // The section comes after the functions, so an index beyond them names nothing.
                    if naming.index as usize >= module.functions.len() {
                        return;
                    }
                    module.function_names.insert(FuncIndex::from_u32(naming.index), naming.name.to_string());
                }
            }
            // Names that nobody is shown.
            Name::Local(_)
            | Name::Label(_)
            | Name::Type(_)
            | Name::Table(_)
            | Name::Memory(_)
            | Name::Global(_)
            | Name::Element(_)
            | Name::Data(_)
            | Name::Field(_)
            | Name::Tag(_)
            | Name::Parameter(_)
            | Name::TagParameter(_)
            | Name::Unknown { .. } => {}
        }
    }
}
